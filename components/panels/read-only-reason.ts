import type { StatusResponse } from '@/contract/status';
import type { ObjectRef } from '@/mesh/topology/object';

/**
 * Why Fanari cannot write an object, in a sentence; `null` when it can, or when only trying tells. An object without a
 * name is one to be created.
 */
export function readOnlyReason(
  status: StatusResponse | undefined,
  object: ObjectRef,
): string | null {
  if (status === undefined) return null;
  if (status.readOnly)
    return 'Fanari was started read-only, so weights can be seen but not changed.';
  const wanted = object.name === '' ? 'create' : 'patch';
  const rule = status.permissions.find(
    ({ cluster, group, kind, verb }) =>
      cluster === object.cluster &&
      group === object.group &&
      kind === object.kind &&
      verb === wanted,
  );
  if (rule?.allowed !== false) return null;
  const purpose = wanted === 'create' ? 'start a canary' : 'change weights';
  return `Fanari’s account may not ${wanted} ${object.kind}; give it the verb “${wanted}” to ${purpose} here.`;
}
