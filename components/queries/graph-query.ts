import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { GraphScope } from '@/components/queries/scope';
import type { Graph } from '@/mesh/graph/graph';

/** The graph of one scope. Its cache entry is the one that the event stream writes into. */
export function graphQuery(scope: GraphScope) {
  return queryOptions({
    queryKey: ['graph', scope.view, scope.window, scope.namespaces],
    queryFn: ({ signal }) => fetchJson<Graph>(apiUrl('/graph', graphParameters(scope)), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Address of the event stream of one scope. */
export function graphStreamUrl(scope: GraphScope): string {
  return apiUrl('/graph/stream', graphParameters(scope));
}

function graphParameters(scope: GraphScope): Record<string, string> {
  return { window: scope.window, namespaces: scope.namespaces.join(','), view: scope.view };
}
