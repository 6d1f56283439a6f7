import type { Decided } from '@/mesh/mtls/mtls';
import type { ObjectRef } from '@/mesh/topology/object';

/** The objects that decide some modes; built-in defaults and modes that are not known have none. */
export function decidingObjects(
  decided: readonly (Decided<string> | null)[],
): readonly ObjectRef[] {
  return decided.flatMap((entry) => entry?.decidedBy ?? []);
}
