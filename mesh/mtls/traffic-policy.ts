import { readNumber, readObject, readObjects } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import type { JsonObject } from '@/mesh/json';
import type { ResolvedDestinationRule, SubsetRule } from '@/mesh/mtls/destination-rule-lookup';
import type { ObjectRef } from '@/mesh/topology/object';

/** A part of a traffic policy that is in force, and where it stands. */
export interface PolicyField {
  readonly value: JsonObject;
  /** Path of the field, e.g. `spec.trafficPolicy.portLevelSettings[0].tls`. */
  readonly at: string;
  readonly object: ObjectRef;
}

/**
 * A field (`tls`, `loadBalancer`, …) of the traffic policy that is in force for a port of a host and, where one is used,
 * a subset. A block for the port replaces the whole policy beside it: what is missing there is unset, not inherited.
 * The subset overrides field by field, and a block for the port in the subset replaces what the rule says for all of
 * them. `null` when the field is unset.
 */
export function policyField(
  rule: ResolvedDestinationRule | null,
  subset: SubsetRule | null,
  port: number | null,
  field: string,
): PolicyField | null {
  if (subset !== null && subset.trafficPolicy !== null) {
    const base = `spec.subsets[${subset.position}].trafficPolicy`;
    const own = inPolicy(subset.trafficPolicy, port, field, base, refOf(subset.object));
    if (own !== null || blockOf(subset.trafficPolicy, port) !== null) return own;
  }
  if (rule === null || rule.trafficPolicy === null) return null;
  const { policy, object } = rule.trafficPolicy;
  return inPolicy(policy, port, field, 'spec.trafficPolicy', refOf(object));
}

function inPolicy(
  policy: JsonObject,
  port: number | null,
  field: string,
  base: string,
  object: ObjectRef,
): PolicyField | null {
  const block = blockOf(policy, port);
  const value = readObject(block?.value ?? policy, field);
  const at = block === null ? base : `${base}.portLevelSettings[${block.position}]`;
  return value === null ? null : { value, object, at: `${at}.${field}` };
}

function blockOf(
  policy: JsonObject,
  port: number | null,
): { readonly value: JsonObject; readonly position: number } | null {
  if (port === null) return null;
  const blocks = readObjects(policy, 'portLevelSettings');
  const position = blocks.findIndex((block) => readNumber(block, 'port', 'number') === port);
  const value = blocks[position];
  return value === undefined ? null : { value, position };
}
