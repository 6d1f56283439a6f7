import type { JsonObject, JsonValue } from '@/mesh/json';

type Readable = JsonValue | undefined;

function at(value: Readable, path: readonly (string | number)[]): Readable {
  let here: Readable = value;
  for (const key of path) {
    if (Array.isArray(here)) here = typeof key === 'number' ? here[key] : undefined;
    else if (typeof here === 'object' && here !== null) here = here[String(key)];
    else return undefined;
  }
  return here;
}

/** The object that lies under `path`; `null` when something else, or nothing, is there. */
export function readObject(value: Readable, ...path: (string | number)[]): JsonObject | null {
  const found = at(value, path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : null;
}

/** The list under `path`; empty when something else, or nothing, is there. */
export function readList(value: Readable, ...path: (string | number)[]): readonly JsonValue[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** The text under `path`; `null` when something else, or nothing, is there. */
export function readString(value: Readable, ...path: (string | number)[]): string | null {
  const found = at(value, path);
  return typeof found === 'string' ? found : null;
}

/** The finite number under `path`; `null` when something else, or nothing, is there. */
export function readNumber(value: Readable, ...path: (string | number)[]): number | null {
  const found = at(value, path);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

/** Every text of the list under `path`; other entries are left out. */
export function readStrings(value: Readable, ...path: (string | number)[]): readonly string[] {
  return readList(value, ...path).filter((entry): entry is string => typeof entry === 'string');
}

/** Every object of the list under `path`; other entries are left out, so do not use it where the position counts. */
export function readObjects(value: Readable, ...path: (string | number)[]): readonly JsonObject[] {
  return readList(value, ...path)
    .map((entry) => readObject(entry))
    .filter((entry) => entry !== null);
}

/** The map of texts under `path` (labels, selectors); values that are not text are left out. `null` without an object. */
export function readStringMap(
  value: Readable,
  ...path: (string | number)[]
): Readonly<Record<string, string>> | null {
  const found = readObject(value, ...path);
  if (found === null) return null;
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(found)) if (typeof text === 'string') texts[key] = text;
  return texts;
}
