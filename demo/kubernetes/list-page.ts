import { ApiError, badRequest, tooOld } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { parseFieldSelector, parseLabelSelector } from '@/demo/kubernetes/selectors';
import type { Selector } from '@/demo/kubernetes/selectors';

/** One page of a collection as it was at `resourceVersion`. `continueToken` is empty on the last page. */
export interface ListPage {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: number;
  readonly continueToken: string;
  /** Objects after this page; `null` when a selector makes that unknown, as in the real API. */
  readonly remaining: number | null;
}

interface Position {
  readonly resourceVersion: number;
  readonly after: string;
}

const EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted ' +
  'between the time the first chunk was returned and now may show up in the list.';

function keyOf(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function encodePosition(position: Position): string {
  const token = { v: 'meta.k8s.io/v1', rv: position.resourceVersion, start: position.after };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function decodePosition(token: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const { rv, start } = value as { rv: unknown; start: unknown };
    if (typeof rv === 'number' && typeof start === 'string') {
      return { resourceVersion: rv, after: start };
    }
  } catch {
    // Falls through: a token that cannot be read is the same as one of the wrong shape.
  }
  throw badRequest('continue key is not valid: expected the token of an earlier list');
}

/** The collection as it was at `resourceVersion`, by undoing what happened since; `null` when that is forgotten. */
function snapshotAt(
  store: ObjectStore,
  target: ResourceTarget,
  resourceVersion: number,
): readonly KubernetesObject[] | null {
  const { group, kind } = target.type;
  const current = store.list(group, kind);
  const events = store.history.since(resourceVersion);
  if (events === null) return resourceVersion === store.resourceVersion ? current : null;
  const own = events.filter((event) => event.collection === `${group}/${kind}`);
  if (own.length === 0) return current;
  const objects = new Map(current.map((object) => [keyOf(object), object]));
  for (const event of own.toReversed()) {
    if (event.previous === null) objects.delete(keyOf(event.object));
    else objects.set(keyOf(event.object), event.previous);
  }
  return [...objects.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, o]) => o);
}

/** The selectors of a request, with the namespace and name of its path, as one test. */
export function requestSelector(target: ResourceTarget, query: URLSearchParams): Selector {
  const { group, kind } = target.type;
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', `${group}/${kind}`);
  return (object) =>
    (target.namespace === '' || object.metadata.namespace === target.namespace) &&
    labels(object) &&
    fields(object);
}

/** Reads a whole number parameter; absent or empty is `null`. Throws a 400 `ApiError` for anything else. */
export function integerParameter(query: URLSearchParams, name: string): number | null {
  const text = query.get(name) ?? '';
  if (text === '') return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
}

function startOf(store: ObjectStore, query: URLSearchParams): Position {
  const token = query.get('continue') ?? '';
  if (token !== '') return decodePosition(token);
  const requested = integerParameter(query, 'resourceVersion');
  const exact = query.get('resourceVersionMatch') === 'Exact';
  if (requested !== null && requested > store.resourceVersion) {
    throw new ApiError(
      504,
      'Timeout',
      `Too large resource version: ${requested}, current: ${store.resourceVersion}`,
      { retryAfterSeconds: 1 },
    );
  }
  const isPast = exact && requested !== null && requested > 0;
  return { resourceVersion: isPast ? requested : store.resourceVersion, after: '' };
}

function expiredError(store: ObjectStore, query: URLSearchParams, position: Position): ApiError {
  if ((query.get('continue') ?? '') === '') {
    return tooOld(String(position.resourceVersion), store.history.oldest);
  }
  const fresh = encodePosition({ resourceVersion: store.resourceVersion, after: position.after });
  return new ApiError(410, 'Expired', EXPIRED, {}, fresh);
}

/**
 * One page of a list request: `limit`, `continue`, `resourceVersion`, `resourceVersionMatch` and both selectors. All
 * pages of one list show the same moment. Throws 410 when that moment is forgotten, 400 for parameters that are not valid.
 */
export function listPage(
  store: ObjectStore,
  target: ResourceTarget,
  query: URLSearchParams,
): ListPage {
  const position = startOf(store, query);
  const snapshot = snapshotAt(store, target, position.resourceVersion);
  if (snapshot === null) throw expiredError(store, query, position);
  const selected = requestSelector(target, query);
  const rest = snapshot.filter(
    (object) => selected(object) && (position.after === '' || keyOf(object) > position.after),
  );
  const limit = integerParameter(query, 'limit') ?? 0;
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const last = items.at(-1);
  const more = items.length < rest.length && last !== undefined;
  const hasSelector = query.has('labelSelector') || query.has('fieldSelector');
  return {
    items,
    resourceVersion: position.resourceVersion,
    continueToken: more
      ? encodePosition({ resourceVersion: position.resourceVersion, after: keyOf(last) })
      : '',
    remaining: more && !hasSelector ? rest.length - items.length : null,
  };
}
