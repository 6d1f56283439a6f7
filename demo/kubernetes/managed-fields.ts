import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { isObject, jsonEqual, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { fromFieldsV1, ownedFields, pathOfKey, toFieldsV1 } from '@/demo/kubernetes/field-set';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { apiVersionOf } from '@/demo/kubernetes/resource-type';
import type { WriteOptions } from '@/demo/kubernetes/write-options';

/** Who owns which fields: one entry of `metadata.managedFields` with its fields as a set of path keys. */
export interface FieldOwner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: ReadonlySet<string>;
}

/** Reads `metadata.managedFields`; entries that are not well-formed are left out. */
export function fieldOwnersOf(object: KubernetesObject | null): readonly FieldOwner[] {
  return (object?.metadata.managedFields ?? []).filter(isObject).flatMap((entry) => {
    const manager = stringOf(entry['manager']);
    const operation = entry['operation'];
    if (operation !== 'Apply' && operation !== 'Update') return [];
    return [
      {
        manager,
        operation,
        apiVersion: stringOf(entry['apiVersion']),
        subresource: stringOf(entry['subresource']),
        time: stringOf(entry['time']),
        fields: fromFieldsV1(entry['fieldsV1']),
      },
    ];
  });
}

function toEntry(owner: FieldOwner): JsonObject {
  return {
    manager: owner.manager,
    operation: owner.operation,
    apiVersion: owner.apiVersion,
    ...(owner.time === '' ? {} : { time: owner.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(owner.fields),
    ...(owner.subresource === '' ? {} : { subresource: owner.subresource }),
  };
}

/** The object with these owners; owners of nothing are dropped. */
export function withFieldOwners(
  object: KubernetesObject,
  owners: readonly FieldOwner[],
): KubernetesObject {
  const { managedFields: _previous, ...metadata } = object.metadata;
  const entries = owners.filter((owner) => owner.fields.size > 0).map(toEntry);
  return {
    ...object,
    metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries },
  };
}

/** Whether two entries are of the same manager, operation and subresource (and version, for updates). */
export function isSameOwner(left: FieldOwner, right: FieldOwner): boolean {
  return (
    left.manager === right.manager &&
    left.operation === right.operation &&
    left.subresource === right.subresource &&
    (left.operation === 'Apply' || left.apiVersion === right.apiVersion)
  );
}

function changedFields(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): { readonly set: Set<string>; readonly removed: Set<string> } {
  const set = new Set<string>();
  for (const [key, value] of after) {
    if (!before.has(key) || !jsonEqual(before.get(key), value)) set.add(key);
  }
  return { set, removed: new Set([...before.keys()].filter((key) => !after.has(key))) };
}

/** The owners that count before a write: what the client submitted, unless it submitted none. */
function ownersBefore(
  previous: KubernetesObject | null,
  next: KubernetesObject,
): readonly FieldOwner[] {
  const submitted = next.metadata.managedFields;
  if (submitted === undefined) return fieldOwnersOf(previous);
  const isReset = submitted.every((entry) => isObject(entry) && Object.keys(entry).length === 0);
  return isReset ? [] : fieldOwnersOf(next);
}

/**
 * Records an Update: the manager becomes the owner of every field that it set or changed, and nobody owns what is gone.
 */
export function trackUpdate(
  previous: KubernetesObject | null,
  next: KubernetesObject,
  target: ResourceTarget,
  options: WriteOptions,
  store: ObjectStore,
): KubernetesObject {
  const before =
    previous === null
      ? new Map<string, unknown>()
      : ownedFields(previous, target.type, { containers: true });
  const changed = changedFields(before, ownedFields(next, target.type, { containers: true }));
  const owners = ownersBefore(previous, next);
  if (changed.set.size === 0 && changed.removed.size === 0) return withFieldOwners(next, owners);
  const self: FieldOwner = {
    manager: options.fieldManager,
    operation: 'Update',
    apiVersion: apiVersionOf(target.type.group, target.version),
    subresource: target.subresource,
    time: store.timestamp(),
    fields: new Set(),
  };
  const remaining = owners.map((owner) => {
    const kept = [...owner.fields].filter(
      (key) => !changed.removed.has(key) && (isSameOwner(owner, self) || !changed.set.has(key)),
    );
    return kept.length === owner.fields.size ? owner : { ...owner, fields: new Set(kept) };
  });
  const own = remaining.find((owner) => isSameOwner(owner, self));
  const fields = new Set([...(own?.fields ?? []), ...changed.set]);
  const sorted = new Set([...fields].sort((left, right) => comparePaths(left, right)));
  return withFieldOwners(next, [
    ...remaining.filter((owner) => owner !== own),
    ...(fields.size === 0 ? [] : [{ ...self, fields: sorted }]),
  ]);
}

function comparePaths(left: string, right: string): number {
  const [leftSteps, rightSteps] = [pathOfKey(left), pathOfKey(right)];
  const joined = [leftSteps.join('/'), rightSteps.join('/')];
  return (joined[0] ?? '') < (joined[1] ?? '') ? -1 : 1;
}
