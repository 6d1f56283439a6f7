import { badRequest, patchRejected } from '@/demo/kubernetes/api-error';
import { isObject, jsonEqual, removeOwnKey, setKey } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

interface Operation {
  readonly op: string;
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value: unknown;
}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];
const MAX_OPERATIONS = 10_000;

function pointer(text: unknown): readonly string[] {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/'))) throw patchRejected();
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function parseOperation(entry: unknown): Operation {
  if (!isObject(entry) || typeof entry['op'] !== 'string') {
    throw badRequest('json: cannot unmarshal the patch into Go value of type jsonpatch.Patch');
  }
  if (!OPERATIONS.includes(entry['op'])) throw patchRejected();
  const needsFrom = entry['op'] === 'move' || entry['op'] === 'copy';
  return {
    op: entry['op'],
    path: pointer(entry['path']),
    from: needsFrom ? pointer(entry['from']) : [],
    value: entry['value'] ?? null,
  };
}

function indexIn(key: string, limit: number): number {
  if (!/^(0|[1-9]\d*)$/.test(key) || Number(key) > limit) throw patchRejected();
  return Number(key);
}

function childOf(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return parent[indexIn(key, parent.length - 1)];
  if (isObject(parent) && Object.hasOwn(parent, key)) return parent[key];
  throw patchRejected();
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce(childOf, document);
}

/** A copy of `document` in which the parent of `path` was changed; untouched parts are shared. */
function changeParent(
  document: unknown,
  path: readonly string[],
  change: (parent: unknown[] | JsonObject, key: string) => void,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) throw patchRejected();
  if (!Array.isArray(document) && !isObject(document)) throw patchRejected();
  const copy = Array.isArray(document) ? [...(document as unknown[])] : { ...document };
  if (rest.length === 0) {
    change(copy, key);
    return copy;
  }
  const child = changeParent(childOf(document, key), rest, change);
  if (Array.isArray(copy)) copy[Number(key)] = child;
  else setKey(copy, key, child);
  return copy;
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return changeParent(document, path, (parent, key) => {
    if (!Array.isArray(parent)) setKey(parent, key, value);
    else if (key === '-') parent.push(value);
    else parent.splice(indexIn(key, parent.length), 0, value);
  });
}

function remove(document: unknown, path: readonly string[]): unknown {
  return changeParent(document, path, (parent, key) => {
    childOf(parent, key);
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else removeOwnKey(parent, key);
  });
}

function replace(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return changeParent(document, path, (parent, key) => {
    childOf(parent, key);
    if (Array.isArray(parent)) parent[Number(key)] = value;
    else setKey(parent, key, value);
  });
}

/** A missing member equals null for `test`, as in the library that the API server uses. */
function testedValue(document: unknown, path: readonly string[]): unknown {
  const parent = valueAt(document, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined) return document;
  if (isObject(parent) && !Object.hasOwn(parent, key)) return null;
  return childOf(parent, key);
}

function step(document: unknown, operation: Operation): unknown {
  const { op, path, from, value } = operation;
  if (op === 'add') return add(document, path, value);
  if (op === 'remove') return remove(document, path);
  if (op === 'replace') return replace(document, path, value);
  if (op === 'copy') return add(document, path, valueAt(document, from));
  if (op === 'move') return add(remove(document, from), path, valueAt(document, from));
  if (!jsonEqual(testedValue(document, path), value)) throw patchRejected();
  return document;
}

/**
 * Applies an RFC 6902 patch to a JSON value; the input stays as it is. Throws 400 when the patch is not a patch, 422
 * without a detail (as the API server does) when an operation, `test` included, fails, and 413 beyond 10000 operations.
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  if (patch.length > MAX_OPERATIONS) {
    throw badRequest(
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  }
  return patch.map(parseOperation).reduce(step, document);
}
