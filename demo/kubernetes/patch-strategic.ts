import { badRequest } from '@/demo/kubernetes/api-error';
import { arrayOf, isObject, jsonEqual, removeOwnKey, setKey } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { isSetAt, listKeysAt } from '@/demo/kubernetes/list-topology';
import type { ResourceType } from '@/demo/kubernetes/resource-type';

const DELETE_FROM = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';
const RETAIN = '$retainKeys';
const DIRECTIVE = '$patch';

function reorder(
  items: readonly unknown[],
  order: readonly unknown[],
  keyOf: (item: unknown) => unknown,
): unknown[] {
  const wanted = order.map(keyOf);
  const position = (item: unknown) => wanted.findIndex((key) => jsonEqual(key, keyOf(item)));
  const listed = items.filter((item) => position(item) >= 0);
  const others = items.filter((item) => position(item) < 0);
  listed.sort((left, right) => position(left) - position(right));
  return [...listed, ...others];
}

function mergeList(
  current: readonly unknown[],
  patch: readonly unknown[],
  type: ResourceType,
  path: readonly string[],
): unknown[] {
  if (patch.some((item) => isObject(item) && item[DIRECTIVE] === 'replace')) {
    return patch.filter((item) => !isObject(item) || item[DIRECTIVE] !== 'replace');
  }
  if (isSetAt(path)) {
    return [...current, ...patch.filter((item) => !current.includes(item))];
  }
  const key = listKeysAt(type, path)?.patchMergeKey;
  if (key === undefined) return [...patch];
  const merged = [...current];
  for (const item of patch) {
    if (!isObject(item) || item[key] === undefined) {
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    }
    const index = merged.findIndex((entry) => isObject(entry) && jsonEqual(entry[key], item[key]));
    if (item[DIRECTIVE] === 'delete') {
      if (index >= 0) merged.splice(index, 1);
    } else if (index < 0) merged.push(mergeObject({}, item, type, path));
    else merged[index] = mergeObject(merged[index], item, type, path);
  }
  return merged;
}

function applyListDirectives(
  result: JsonObject,
  patch: JsonObject,
  type: ResourceType,
  path: readonly string[],
): void {
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(DELETE_FROM)) {
      const field = name.slice(DELETE_FROM.length);
      const gone = arrayOf(value);
      setKey(
        result,
        field,
        arrayOf(result[field]).filter((item) => !gone.includes(item)),
      );
    }
    if (name.startsWith(ORDER)) {
      const field = name.slice(ORDER.length);
      const key = listKeysAt(type, [...path, field])?.patchMergeKey;
      const keyOf = (item: unknown) => (key !== undefined && isObject(item) ? item[key] : item);
      if (!Array.isArray(result[field])) continue;
      setKey(result, field, reorder(arrayOf(result[field]), arrayOf(value), keyOf));
    }
  }
}

function mergeObject(
  current: unknown,
  patch: JsonObject,
  type: ResourceType,
  path: readonly string[],
): JsonObject {
  if (patch[DIRECTIVE] === 'replace') {
    return Object.fromEntries(Object.entries(patch).filter(([key]) => key !== DIRECTIVE));
  }
  if (patch[DIRECTIVE] === 'delete') return {};
  const result: JsonObject = isObject(current) ? { ...current } : {};
  const retained = Array.isArray(patch[RETAIN]) ? patch[RETAIN] : null;
  for (const key of Object.keys(result)) {
    if (retained !== null && !retained.includes(key)) removeOwnKey(result, key);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    const below = [...path, key];
    if (value === null) removeOwnKey(result, key);
    else if (Array.isArray(value)) {
      setKey(result, key, mergeList(arrayOf(result[key]), value, type, below));
    } else if (isObject(value)) setKey(result, key, mergeObject(result[key], value, type, below));
    else setKey(result, key, value);
  }
  applyListDirectives(result, patch, type, path);
  return result;
}

/**
 * Applies a strategic merge patch: lists with a merge key are merged item by item, and the directives `$patch`,
 * `$deleteFromPrimitiveList`, `$setElementOrder` and `$retainKeys` are obeyed. The input stays as it is. Throws 400 when
 * an item has no merge key.
 */
export function applyStrategicMergePatch(
  document: unknown,
  patch: JsonObject,
  type: ResourceType,
): unknown {
  return mergeObject(document, patch, type, []);
}
