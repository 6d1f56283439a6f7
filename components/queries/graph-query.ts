import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { GraphScope } from '@/components/queries/scope';
import type { Graph } from '@/mesh/graph/graph';

/** The graph of one scope. Its cache entry is the one that the event stream writes into. */
export function graphQuery(scope: GraphScope) {
  return queryOptions({
    queryKey: ['graph', scope.view, scope.window, scope.namespaces],
    queryFn: ({ signal }) => fetchGraph(scope, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Asks for the graph of one scope once. Throws as `fetchJson` does. */
export function fetchGraph(scope: GraphScope, signal: AbortSignal): Promise<Graph> {
  return fetchJson<Graph>(apiUrl('/graph', graphParameters(scope)), { signal });
}

/** Address of the event stream of one scope; after the event with this id, or from the beginning (`null`). */
export function graphStreamUrl(scope: GraphScope, lastEventId: string | null): string {
  return apiUrl('/graph/stream', { ...graphParameters(scope), lastEventId });
}

function graphParameters(scope: GraphScope): Record<string, string> {
  return { window: scope.window, namespaces: scope.namespaces.join(','), view: scope.view };
}
