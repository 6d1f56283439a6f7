import { ApiError, badRequest, conflict } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import {
  itemStep,
  ownedFields,
  pathOfKey,
  printPath,
  removeField,
} from '@/demo/kubernetes/field-set';
import { arrayOf, isObject, jsonEqual, objectOf, setKey, without } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { isAtomicMapAt, isSetAt, listKeysAt } from '@/demo/kubernetes/list-topology';
import type { FieldPath } from '@/demo/kubernetes/field-set';
import { fieldOwnersOf, isSameOwner, withFieldOwners } from '@/demo/kubernetes/managed-fields';
import type { FieldOwner } from '@/demo/kubernetes/managed-fields';
import { atVersion } from '@/demo/kubernetes/object-encoding';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import { toKubernetesObject } from '@/demo/kubernetes/request-body';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { apiVersionOf } from '@/demo/kubernetes/resource-type';
import type { ResourceType } from '@/demo/kubernetes/resource-type';
import { checkEnvelope } from '@/demo/kubernetes/write-envelope';
import type { WriteOptions } from '@/demo/kubernetes/write-options';

interface FieldConflict {
  readonly owner: FieldOwner;
  readonly key: string;
}

function mergeList(
  live: readonly unknown[],
  applied: readonly unknown[],
  type: ResourceType,
  names: readonly string[],
): unknown[] {
  if (isSetAt(names)) return [...live, ...applied.filter((item) => !live.includes(item))];
  const keys = listKeysAt(type, names);
  if (keys === null) return [...applied];
  const merged = [...live];
  for (const item of applied) {
    const step = itemStep(item, keys.mapKeys);
    const index =
      step === null ? -1 : merged.findIndex((entry) => itemStep(entry, keys.mapKeys) === step);
    if (index < 0) merged.push(item);
    else merged[index] = mergeValue(merged[index], item, type, names);
  }
  return merged;
}

function mergeValue(
  live: unknown,
  applied: unknown,
  type: ResourceType,
  names: readonly string[],
): unknown {
  if (Array.isArray(applied)) return mergeList(arrayOf(live), applied, type, names);
  if (!isObject(applied) || !isObject(live) || isAtomicMapAt(type, names)) return applied;
  const merged = { ...live };
  for (const [key, value] of Object.entries(applied)) {
    setKey(merged, key, mergeValue(live[key], value, type, [...names, key]));
  }
  return merged;
}

function printOwner(owner: FieldOwner): string {
  const subresource = owner.subresource === '' ? '' : ` with subresource "${owner.subresource}"`;
  const name = `"${owner.manager}"${subresource}`;
  if (owner.operation === 'Apply') return name;
  return `${name} using ${owner.apiVersion}${owner.time === '' ? '' : ` at ${owner.time}`}`;
}

function conflictError(conflicts: readonly FieldConflict[]): ApiError {
  const causes = conflicts.map(({ owner, key }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${printOwner(owner)}`,
    field: printPath(key),
  }));
  const [first] = causes;
  if (causes.length === 1 && first !== undefined) {
    const message = `Apply failed with 1 conflict: ${first.message}: ${first.field}`;
    return new ApiError(409, 'Conflict', message, { causes });
  }
  const owners = new Set(conflicts.map(({ owner }) => printOwner(owner)));
  const lines = [...owners].flatMap((name) => [
    `conflicts with ${name}:`,
    ...conflicts
      .filter(({ owner }) => printOwner(owner) === name)
      .map(({ key }) => `- ${printPath(key)}`),
  ]);
  const message = `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`;
  return new ApiError(409, 'Conflict', message, { causes });
}

function findConflicts(
  applied: ReadonlyMap<string, unknown>,
  live: ReadonlyMap<string, unknown>,
  others: readonly FieldOwner[],
): readonly FieldConflict[] {
  return [...applied].flatMap(([key, value]) => {
    if (!live.has(key) || jsonEqual(live.get(key), value)) return [];
    return others.filter((owner) => owner.fields.has(key)).map((owner) => ({ owner, key }));
  });
}

/** Fields that this manager applied before, leaves out now, and that nobody else owns. */
function abandonedFields(
  previous: FieldOwner | undefined,
  applied: ReadonlyMap<string, unknown>,
  others: readonly FieldOwner[],
): readonly string[] {
  const gone = [...(previous?.fields ?? [])].filter((key) => !applied.has(key));
  const isOwned = (key: string) => {
    if (others.some((owner) => owner.fields.has(key))) return true;
    if (!key.endsWith('.')) return false;
    const inside = key.slice(0, -1);
    return others.some((owner) => [...owner.fields].some((other) => other.startsWith(inside)));
  };
  // Items as a whole go first: without its key an item could no longer be found.
  const rank = (key: string) => (key.endsWith('.') ? 0 : 1);
  return gone
    .filter((key) => !isOwned(key) && !isItemKey(pathOfKey(key)))
    .sort((left, right) => rank(left) - rank(right) || right.length - left.length);
}

/** Whether a path is that of a key by which its list item is told apart; such a field stays as long as the item. */
function isItemKey(path: FieldPath): boolean {
  const [item, field] = [path.at(-2) ?? '', path.at(-1) ?? ''];
  if (!item.startsWith('k:') || !field.startsWith('f:')) return false;
  return Object.hasOwn(objectOf(JSON.parse(item.slice(2))), field.slice(2));
}

function liveOwners(current: KubernetesObject, target: ResourceTarget): readonly FieldOwner[] {
  const owners = fieldOwnersOf(current);
  if (owners.length > 0) return owners;
  return [
    {
      manager: 'before-first-apply',
      operation: 'Update',
      apiVersion: current.apiVersion,
      subresource: '',
      time: current.metadata.creationTimestamp ?? '',
      fields: new Set(ownedFields(current, target.type, { containers: true }).keys()),
    },
  ];
}

function configOf(patch: unknown, target: ResourceTarget): KubernetesObject {
  const object = checkEnvelope(toKubernetesObject(patch), target);
  if (object.metadata.managedFields !== undefined && object.metadata.managedFields.length > 0) {
    throw badRequest('metadata.managedFields must be nil');
  }
  return object;
}

/** Only the status counts for the status subresource, and everything else otherwise. */
function relevantPart(object: KubernetesObject, target: ResourceTarget): JsonObject {
  if (!target.type.status) return object;
  if (target.subresource !== 'status') return without(object, 'status');
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, namespace }, status: object['status'] ?? {} };
}

/**
 * The object after a server-side apply, with `managedFields` updated. Throws a 409 `ApiError` that names every field
 * owned by another manager with another value, unless `force` is set.
 */
export function serverSideApply(
  store: ObjectStore,
  target: ResourceTarget,
  patch: unknown,
  current: KubernetesObject | null,
  options: WriteOptions,
): KubernetesObject {
  const config = configOf(patch, target);
  const relevant = relevantPart(config, target);
  const applied = ownedFields(relevant, target.type);
  const self: FieldOwner = {
    manager: options.fieldManager,
    operation: 'Apply',
    apiVersion: apiVersionOf(target.type.group, target.version),
    subresource: target.subresource,
    time: store.timestamp(),
    fields: new Set(applied.keys()),
  };
  if (current === null) {
    if (config.metadata.uid !== undefined) {
      throw conflict(
        target.type,
        target.name,
        'uid mismatch: the provided object specified uid, and no existing object was found',
      );
    }
    return withFieldOwners(config, [self]);
  }
  const live = atVersion(current, target);
  const owners = liveOwners(current, target);
  const previous = owners.find((owner) => isSameOwner(owner, self));
  const others = owners.filter((owner) => owner !== previous);
  const conflicts = findConflicts(applied, ownedFields(live, target.type), others);
  if (conflicts.length > 0 && options.apply?.force !== true) throw conflictError(conflicts);
  const taken = new Set(conflicts.map(({ key }) => key));
  const left = others.map((owner) => ({
    ...owner,
    fields: new Set([...owner.fields].filter((key) => !taken.has(key))),
  }));
  const pruned = abandonedFields(previous, applied, left).reduce<unknown>(
    (object, key) => removeField(object, pathOfKey(key)),
    live,
  );
  const merged = toKubernetesObject(mergeValue(pruned, relevant, target.type, []));
  const isSame = previous !== undefined && jsonEqual([...previous.fields], [...self.fields]);
  const entry = isSame && sameContent(merged, live) ? previous : self;
  return withFieldOwners(merged, [entry, ...left]);
}

function sameContent(left: KubernetesObject, right: KubernetesObject): boolean {
  const strip = (object: KubernetesObject): JsonObject => ({
    ...object,
    metadata: without(object.metadata, 'managedFields'),
  });
  return jsonEqual(strip(left), strip(right));
}
