import type { JsonObject, JsonPatchOperation, JsonValue } from '@/mesh/json';

function patchAt(
  value: JsonValue | undefined,
  path: readonly string[],
  operation: JsonPatchOperation,
): JsonValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return operation.op === 'remove' ? undefined : operation.value;
  if (Array.isArray(value)) {
    if (key === '-' && rest.length === 0 && operation.op === 'add')
      return [...value, operation.value];
    return value.map((item, index) =>
      String(index) === key ? (patchAt(item, rest, operation) ?? null) : item,
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const inner = patchAt(value[key], rest, operation);
  const { [key]: _before, ...others } = value;
  if (inner === undefined) return others;
  return { ...value, [key]: inner };
}

/**
 * The object after a weight patch: `replace`, `add` and `remove` of object members, and additions at the end of a
 * list, as the plans of `mesh/splits` make them.
 * `test` operations count as passed. The input is left as it is.
 */
export function applyPatch(object: JsonObject, patch: readonly JsonPatchOperation[]): JsonObject {
  let result: JsonObject = object;
  for (const operation of patch) {
    if (operation.op === 'test') continue;
    const path = operation.path
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    result = patchAt(result, path, operation) as JsonObject;
  }
  return result;
}
