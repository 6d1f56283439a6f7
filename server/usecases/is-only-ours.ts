import { FIELD_MANAGER } from '@/mesh/field-manager';
import { readObject, readObjects, readString } from '@/mesh/read-json';
import type { ClusterObject } from '@/server/ports';

/** Of each kind that a start creates, a field of the spec that Fanari writes only when it creates the object. */
const FOUNDING_FIELDS: Readonly<Record<string, string>> = {
  VirtualService: 'hosts',
  DestinationRule: 'host',
  HTTPRoute: 'parentRefs',
  GRPCRoute: 'parentRefs',
  Service: 'selector',
};

/** Whether Fanari is among those who have written an object. */
export function isAlsoOurs({ config }: ClusterObject): boolean {
  return config.meta.managers.some(({ manager }) => manager === FIELD_MANAGER);
}

/**
 * Whether Fanari has made an object and nobody else has written anything of it, statuses aside, which controllers write.
 * An object that Fanari merely changed names whoever made it, or, where it does not tell its managers, at least no more
 * of Fanari's than what was changed.
 */
export function isOnlyOurs(object: ClusterObject): boolean {
  return othersOf(object).length === 0 && hasMade(object);
}

/** Everybody else who has written more of an object than its status, without repetition. */
export function othersOf({ config }: ClusterObject): readonly string[] {
  const others = config.meta.managers.filter(
    ({ manager, subresource }) => manager !== FIELD_MANAGER && subresource !== 'status',
  );
  return [...new Set(others.map(({ manager }) => manager))];
}

function hasMade({ raw, config }: ClusterObject): boolean {
  const field = FOUNDING_FIELDS[config.kind];
  if (field === undefined) return false;
  return readObjects(raw, 'metadata', 'managedFields').some(
    (entry) =>
      readString(entry, 'manager') === FIELD_MANAGER &&
      readObject(entry, 'fieldsV1', 'f:spec', `f:${field}`) !== null,
  );
}
