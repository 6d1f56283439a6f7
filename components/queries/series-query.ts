import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { ElementScope } from '@/components/queries/scope';
import type { SeriesResponse } from '@/contract/series';

const REFRESH_MS = 15_000;

/** Traffic of one node or edge over the range `scope.window`. */
export function seriesQuery(scope: ElementScope, isPaused: boolean) {
  const { kind, id, view, window } = scope;
  return queryOptions({
    queryKey: ['series', kind, id, view, window],
    queryFn: ({ signal }) =>
      fetchJson<SeriesResponse>(apiUrl('/series', { [kind]: id, view, window }), { signal }),
    refetchInterval: isPaused ? false : REFRESH_MS,
    placeholderData: (previous, query) =>
      query?.queryKey[2] === id ? keepPreviousData(previous) : undefined,
  });
}
