import type { JsonObject } from '@/mesh/json';
import { readObject, readString } from '@/mesh/read-json';
import { fail, ok, type Result } from '@/mesh/result';
import { asRecord } from '@/server/adapters/parse-json';
import { sourceError, type SourceError } from '@/server/errors';

/** One page of a list. `next` is empty on the last. */
export interface Page {
  readonly objects: readonly JsonObject[];
  readonly next: string;
  readonly resourceVersion: string;
}

/** Reads the answer to a list; `bad-response` when it is none. */
export function toPage(body: unknown, kind: string): Result<Page, SourceError> {
  const list = asRecord(body) as JsonObject | null;
  const items = list?.['items'];
  if (list === null || !Array.isArray(items)) {
    const message = `The Kubernetes API server answered with something that is no list of ${kind}`;
    return fail(sourceError('kubernetes', 'bad-response', message));
  }
  return ok({
    objects: items.map((item) => readObject(item)).filter((item) => item !== null),
    next: readString(list, 'metadata', 'continue') ?? '',
    resourceVersion: readString(list, 'metadata', 'resourceVersion') ?? '',
  });
}

/** `namespace/name`. */
export function keyOf(object: JsonObject): string {
  const namespace = readString(object, 'metadata', 'namespace') ?? '';
  return `${namespace}/${readString(object, 'metadata', 'name') ?? ''}`;
}

/** Whether two slimmed objects say the same. */
export function sameItem(before: unknown, after: unknown): boolean {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after);
}

/** Whether two lists hold the same under the same keys. */
export function sameItems<Item>(
  before: ReadonlyMap<string, Item>,
  after: ReadonlyMap<string, Item>,
): boolean {
  if (before.size !== after.size) return false;
  for (const [key, item] of after) if (!sameItem(before.get(key), item)) return false;
  return true;
}

/** The failure of a list whose page tokens expire again and again. */
export function expiring(kind: string): SourceError {
  const message = `The list of ${kind} objects expires before Fanari has read it whole`;
  return sourceError('kubernetes', 'overloaded', message);
}

/** The failure of a list with an object that cannot be slimmed. */
export function unreadable(kind: string, caught: unknown): SourceError {
  const message = `A ${kind} object is not as Fanari expects it`;
  return sourceError('kubernetes', 'bad-response', message, caught);
}
