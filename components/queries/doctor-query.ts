import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { DoctorResponse } from '@/contract/doctor';

const REFRESH_MS = 10_000;

/** What the doctor says; `namespaces` (empty: all) are those of the graph that may be empty. */
export function doctorQuery(namespaces: readonly string[], isPaused: boolean) {
  return queryOptions({
    queryKey: ['doctor', namespaces],
    queryFn: ({ signal }) =>
      fetchJson<DoctorResponse>(apiUrl('/doctor', { namespaces: namespaces.join(',') }), {
        signal,
      }),
    refetchInterval: isPaused ? false : REFRESH_MS,
  });
}
