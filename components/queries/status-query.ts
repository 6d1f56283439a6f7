import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { StatusResponse } from '@/contract/status';

const REFRESH_MS = 10_000;

/** Cluster, sources and settings; asked again every ten seconds, so that a source that fails shows soon. */
export function statusQuery() {
  return queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => fetchJson<StatusResponse>(apiUrl('/status'), { signal }),
    refetchInterval: REFRESH_MS,
  });
}
