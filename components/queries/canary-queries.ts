import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson, postJson } from '@/components/queries/fetch-json';
import type { CanaryCandidatesResponse } from '@/contract/canary-candidates';
import type { CanaryPreviewResponse } from '@/contract/canary-preview';
import type { CanaryStart } from '@/mesh/splits/canary';

const REFRESH_MS = 10_000;

/** Start of the key of every candidates query, to have all of them asked again after a write. */
export const CANDIDATES_KEY = ['canary-candidates'] as const;

/** Services of a namespace where a canary can be started. Not asked again while `isPaused`. */
export function canaryCandidatesQuery(namespace: string, isPaused: boolean) {
  return queryOptions({
    queryKey: [...CANDIDATES_KEY, namespace],
    queryFn: ({ signal }) =>
      fetchJson<CanaryCandidatesResponse>(apiUrl('/splits/candidates', { namespaces: namespace }), {
        signal,
      }),
    refetchInterval: isPaused ? false : REFRESH_MS,
  });
}

/** What starting a canary would write, tried by server-side dry-run. Never taken from the cache. */
export function canaryPreviewQuery(start: CanaryStart) {
  return queryOptions({
    queryKey: ['canary-preview', start],
    queryFn: ({ signal }) =>
      postJson<CanaryPreviewResponse>(apiUrl('/splits/start/preview'), { start }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}
