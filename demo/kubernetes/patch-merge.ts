import { isObject, removeOwnKey, setKey } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

/** Applies an RFC 7386 merge patch; the input stays as it is. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) removeOwnKey(result, key);
    else setKey(result, key, applyMergePatch(result[key], value));
  }
  return result;
}
