import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { Trace } from '@/mesh/traces';

/** One whole trace. Traces do not change once collected, so it is not asked for again. */
export function traceQuery(traceId: string) {
  return queryOptions({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) =>
      fetchJson<Trace>(apiUrl(`/traces/${encodeURIComponent(traceId)}`), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
