import { queryOptions } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { fetchJson } from '@/components/queries/fetch-json';
import type { ConfigResponse } from '@/contract/config';
import type { ObjectRef } from '@/mesh/topology/object';

/** One object as YAML, as the cluster has it now; read anew each time that it is opened. */
export function configQuery(object: ObjectRef) {
  const { cluster = null, group, kind, namespace, name } = object;
  return queryOptions({
    queryKey: ['config', cluster, group, kind, namespace, name],
    queryFn: ({ signal }) =>
      fetchJson<ConfigResponse>(apiUrl('/config', { cluster, group, kind, namespace, name }), {
        signal,
      }),
    staleTime: 0,
  });
}
