import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { Scope } from '@/components/queries/scope';
import type { MtlsResponse } from '@/contract/mtls';

const REFRESH_MS = 10_000;

/** What is encrypted in a scope. The last answer stays on screen while a new scope is asked for. */
export function mtlsQuery(scope: Scope, isPaused: boolean) {
  const parameters = { window: scope.window, namespaces: scope.namespaces.join(',') };
  return queryOptions({
    queryKey: ['mtls', scope.window, scope.namespaces],
    queryFn: ({ signal }) => fetchJson<MtlsResponse>(apiUrl('/mtls', parameters), { signal }),
    refetchInterval: isPaused ? false : REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}
