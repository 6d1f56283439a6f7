import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { ElementScope } from '@/components/queries/scope';
import type { TracesResponse } from '@/contract/traces';

/** Recent traces through one node or edge, those with errors first; at most `limit`. */
export function tracesQuery(scope: ElementScope, limit: number) {
  const { kind, id, view, window } = scope;
  const parameters = { [kind]: id, view, window, limit: String(limit) };
  return queryOptions({
    queryKey: ['traces', kind, id, view, window, limit],
    queryFn: ({ signal }) => fetchJson<TracesResponse>(apiUrl('/traces', parameters), { signal }),
    staleTime: 15_000,
  });
}
