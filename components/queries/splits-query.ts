import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { Scope } from '@/components/queries/scope';
import type { SplitsResponse } from '@/contract/splits';

const REFRESH_MS = 5_000;

/** Traffic splits with configured and observed shares. Not asked again while `isPaused`. */
export function splitsQuery(scope: Scope, isPaused: boolean) {
  const parameters = { window: scope.window, namespaces: scope.namespaces.join(',') };
  return queryOptions({
    queryKey: ['splits', scope.window, scope.namespaces],
    queryFn: ({ signal }) => fetchJson<SplitsResponse>(apiUrl('/splits', parameters), { signal }),
    refetchInterval: isPaused ? false : REFRESH_MS,
  });
}

/** Start of the key of every splits query, to have all of them asked again after a write. */
export const SPLITS_KEY = ['splits'] as const;
