import { arrayOf, isObject, removeOwnKey, setKey } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { isAtomicMapAt, isSetAt, listKeysAt } from '@/demo/kubernetes/list-topology';
import type { ResourceType } from '@/demo/kubernetes/resource-type';

/**
 * A path in FieldsV1 notation: `f:<field>`, `k:{"name":"x"}` for an item of a keyed list, `v:"x"` for a member of a set,
 * and a last `.` for the existence of an item, a map or a keyed list itself.
 */
export type FieldPath = readonly string[];

const SEPARATOR = '\u0000';

/** A text that identifies a path, for sets and maps. */
export function pathKey(path: FieldPath): string {
  return path.join(SEPARATOR);
}

/** The inverse of {@link pathKey}. */
export function pathOfKey(key: string): FieldPath {
  return key.split(SEPARATOR);
}

const UNTRACKED_METADATA = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'generateName',
  'managedFields',
];

/** The `k:` step of a list item; `null` when it lacks a key. */
export function itemStep(item: unknown, mapKeys: readonly string[]): string | null {
  if (!isObject(item)) return null;
  const keys: JsonObject = {};
  for (const key of mapKeys) {
    const value = key === 'protocol' ? (item[key] ?? 'TCP') : item[key];
    if (value === undefined) return null;
    keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** Which fields are gathered, and where they go. */
interface Collection {
  readonly type: ResourceType;
  /** Maps and lists count beside what is in them. */
  readonly containers: boolean;
  readonly into: Map<string, unknown>;
}

/** Fields of built-in kinds that are there even when nobody sets them, so that no write adds them. */
const EVER_PRESENT = new Set([
  'metadata',
  'spec',
  'status',
  'template',
  'strategy',
  'updateStrategy',
  'resources',
  'loadBalancer',
]);

function addContainer(
  { type, containers, into }: Collection,
  names: readonly string[],
  path: FieldPath,
): void {
  const isMetadata = names.length === 0 || (names.length === 1 && names[0] === 'metadata');
  const isEverPresent = !type.custom && EVER_PRESENT.has(names.at(-1) ?? '');
  if (containers && !isMetadata && !isEverPresent) into.set(pathKey([...path, '.']), true);
}

function collectList(
  items: readonly unknown[],
  names: readonly string[],
  path: FieldPath,
  collection: Collection,
): void {
  const { type, into } = collection;
  const keys = listKeysAt(type, names);
  if (isSetAt(names)) {
    if (items.length > 0) addContainer(collection, names, path);
    for (const item of items) into.set(pathKey([...path, `v:${JSON.stringify(item)}`]), item);
    return;
  }
  const steps = keys === null ? null : items.map((item) => itemStep(item, keys.mapKeys));
  if (steps === null || steps.some((step) => step === null) || items.length === 0) {
    into.set(pathKey(path), items);
    return;
  }
  addContainer(collection, names, path);
  items.forEach((item, index) => {
    const below = [...path, steps[index] ?? ''];
    into.set(pathKey([...below, '.']), true);
    collect(item, names, below, collection);
  });
}

function collect(
  value: unknown,
  names: readonly string[],
  path: FieldPath,
  collection: Collection,
): void {
  const { type, into } = collection;
  if (Array.isArray(value)) {
    collectList(value, names, path, collection);
    return;
  }
  const isLeaf = !isObject(value) || Object.keys(value).length === 0 || isAtomicMapAt(type, names);
  if (isLeaf) {
    into.set(pathKey(path), value);
    return;
  }
  addContainer(collection, names, path);
  for (const [key, child] of Object.entries(value)) {
    if (names.length === 0 && (key === 'apiVersion' || key === 'kind')) continue;
    if (names.length === 1 && names[0] === 'metadata' && UNTRACKED_METADATA.includes(key)) continue;
    collect(child, [...names, key], [...path, `f:${key}`], collection);
  }
}

/**
 * Every field of an object that can be owned, with its value; the existence of a keyed item has the value `true`. With
 * `containers` so has that of maps and keyed lists, which an update owns when it brings them, and an apply does not.
 */
export function ownedFields(
  object: JsonObject,
  type: ResourceType,
  { containers = false } = {},
): ReadonlyMap<string, unknown> {
  const into = new Map<string, unknown>();
  collect(object, [], [], { type, containers, into });
  into.delete('');
  into.delete('f:metadata');
  return into;
}

/** The FieldsV1 form of a set of paths. */
export function toFieldsV1(keys: Iterable<string>): JsonObject {
  const root: JsonObject = {};
  for (const key of keys) {
    let node = root;
    for (const step of pathOfKey(key)) {
      const next = node[step];
      if (isObject(next)) node = next;
      else {
        const created: JsonObject = {};
        setKey(node, step, created);
        node = created;
      }
    }
  }
  return root;
}

/** The paths of a FieldsV1 value; what is not well-formed is left out. */
export function fromFieldsV1(fields: unknown): Set<string> {
  const keys = new Set<string>();
  const walk = (node: JsonObject, path: FieldPath) => {
    for (const [step, child] of Object.entries(node)) {
      const below = [...path, step];
      if (isObject(child) && Object.keys(child).length > 0) walk(child, below);
      else keys.add(pathKey(below));
    }
  };
  if (isObject(fields)) walk(fields, []);
  return keys;
}

/** A path as conflict messages print it, e.g. `.spec.template.spec.containers[name="web"].image`. */
export function printPath(key: string): string {
  return pathOfKey(key)
    .filter((step) => step !== '.')
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`;
      if (step.startsWith('v:')) return `[=${step.slice(2)}]`;
      const keys: unknown = JSON.parse(step.slice(2));
      const pairs = Object.entries(isObject(keys) ? keys : {});
      return `[${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

/** Removes one owned field from an object, with parents that become empty; the input stays as it is. */
export function removeField(value: unknown, path: FieldPath): unknown {
  const [step, ...rest] = path;
  if (step === undefined || step === '.') return undefined;
  if (step.startsWith('f:')) return removeKey(value, step.slice(2), rest);
  const items = arrayOf(value);
  const kept = items.flatMap((item) => {
    if (!isStepOf(step, item)) return [item];
    const left = step.startsWith('v:') ? undefined : removeField(item, rest);
    return left === undefined ? [] : [left];
  });
  return kept.length === 0 ? undefined : kept;
}

function removeKey(value: unknown, key: string, rest: FieldPath): unknown {
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  const copy = { ...value };
  const left = rest.length === 0 ? undefined : removeField(copy[key], rest);
  if (left === undefined) removeOwnKey(copy, key);
  else setKey(copy, key, left);
  return Object.keys(copy).length === 0 ? undefined : copy;
}

function isStepOf(step: string, item: unknown): boolean {
  const wanted: unknown = JSON.parse(step.slice(2));
  if (step.startsWith('v:')) return wanted === item;
  return isObject(wanted) && itemStep(item, Object.keys(wanted)) === step;
}
