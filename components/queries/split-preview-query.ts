import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { postJson } from '@/components/queries/fetch-json';
import type { SplitPreviewResponse } from '@/contract/split-preview';
import type { WeightChange } from '@/mesh/splits/split';

/** What a weight change would write, tried by server-side dry-run. Never taken from the cache. */
export function splitPreviewQuery(change: WeightChange) {
  return queryOptions({
    queryKey: ['split-preview', change],
    queryFn: ({ signal }) =>
      postJson<SplitPreviewResponse>(apiUrl('/splits/preview'), { change }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}
