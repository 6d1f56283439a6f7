import type { ConfigQuery, ConfigResponse } from '@/contract/config';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import { refOf } from '@/mesh/topology/object';
import type { CallOptions } from '@/server/ports';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { sourceProblem } from '@/server/usecases/problems';

/** One object as the cluster has it now. Kinds that may hold passwords are not found. */
export async function getConfig(
  { cluster }: MeshSources,
  query: ConfigQuery,
  options: CallOptions,
): Promise<Result<ConfigResponse, Problem>> {
  const found = await cluster.getObject(query, options);
  if (!found.ok) return fail(sourceProblem(found.error));
  const { raw, config } = found.value;
  return ok({
    object: refOf(config),
    apiVersion: config.apiVersion,
    resourceVersion: config.meta.resourceVersion,
    yaml: cluster.toYaml(raw),
    managers: config.meta.managers,
    owners: config.meta.owners,
  });
}
