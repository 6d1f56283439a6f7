import type { StatusResponse } from '@/contract/status';
import type { ObjectRef } from '@/mesh/topology/object';

/** Why Fanari cannot write an object, in a sentence; `null` when it can, or when only trying tells. */
export function readOnlyReason(
  status: StatusResponse | undefined,
  object: ObjectRef,
): string | null {
  if (status === undefined) return null;
  if (status.readOnly)
    return 'Fanari was started read-only, so weights can be seen but not changed.';
  const rule = status.permissions.find(
    ({ group, kind }) => group === object.group && kind === object.kind,
  );
  if (rule?.allowed !== false) return null;
  return `Fanari’s account may not patch ${object.kind}; give it the verb “patch” to change weights here.`;
}
