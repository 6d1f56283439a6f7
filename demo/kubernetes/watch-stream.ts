import type { ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { ApiError, badRequest, toStatus, tooOld } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { JsonObject } from '@/demo/kubernetes/json';
import { integerParameter, requestSelector } from '@/demo/kubernetes/list-page';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { apiVersionOf } from '@/demo/kubernetes/resource-type';
import type { Selector } from '@/demo/kubernetes/selectors';
import type { StoreEvent } from '@/demo/kubernetes/watch-history';

/** How an object is written into an event: as itself, or as a table row. */
export type EventEncoder = (object: KubernetesObject) => JsonObject;

const BOOKMARK_MS = 60_000;
const DEFAULT_TIMEOUT_SECONDS = 1800;
/** A watcher that has not read this much is dropped, so that it cannot hold the server's memory. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** What a watch that sees only a part of the collection is told of one change; `null` when nothing. */
function visibleChange(
  event: StoreEvent,
  selected: Selector,
): { type: string; object: KubernetesObject } | null {
  const isIn = event.type !== 'DELETED' && selected(event.object);
  const wasIn = event.previous !== null && selected(event.previous);
  if (isIn) return { type: wasIn ? 'MODIFIED' : 'ADDED', object: event.object };
  if (!wasIn) return null;
  const resourceVersion = String(event.resourceVersion);
  const last = event.type === 'DELETED' ? event.object : event.previous;
  return { type: 'DELETED', object: { ...last, metadata: { ...last.metadata, resourceVersion } } };
}

interface Start {
  /** Objects told as `ADDED` before the changes. */
  readonly initial: readonly KubernetesObject[];
  readonly missed: readonly StoreEvent[];
  readonly endOfInitial: boolean;
}

function startOf(context: ApiContext, target: ResourceTarget, request: ApiRequest): Start {
  const { store } = context;
  const { query } = request;
  const requested = integerParameter(query, 'resourceVersion');
  const streams = query.get('sendInitialEvents') === 'true';
  if (streams && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw badRequest('sendInitialEvents requires resourceVersionMatch=NotOlderThan');
  }
  if (streams || requested === null || requested === 0) {
    const skips = query.get('sendInitialEvents') === 'false';
    const initial = skips ? [] : store.list(target.type.group, target.type.kind);
    return { initial, missed: [], endOfInitial: streams };
  }
  if (requested > store.resourceVersion) {
    const message = `Too large resource version: ${requested}, current: ${store.resourceVersion}`;
    throw new ApiError(504, 'Timeout', message, { retryAfterSeconds: 1 });
  }
  const missed = store.history.since(requested);
  if (missed === null) throw tooOld(String(requested), store.history.oldest);
  return { initial: [], missed, endOfInitial: false };
}

function bookmark(context: ApiContext, target: ResourceTarget, endOfInitial: boolean): JsonObject {
  const { type, version } = target;
  const annotations = endOfInitial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return {
    kind: type.kind,
    apiVersion: apiVersionOf(type.group, version),
    metadata: { resourceVersion: String(context.store.resourceVersion), ...annotations },
  };
}

/**
 * Answers a watch: what was missed since `resourceVersion` (or the present objects), then every change until the client
 * leaves, `timeoutSeconds` have passed or the client reads too slowly. A version that is forgotten gives one `ERROR`
 * event with a 410 Status.
 */
export function streamWatch(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
  encode: EventEncoder,
): void {
  const { response, query } = request;
  const nameSelector: Selector =
    target.name === '' ? () => true : (object) => object.metadata.name === target.name;
  const byRequest = requestSelector(target, query);
  const selected: Selector = (object) => nameSelector(object) && byRequest(object);
  const timeoutSeconds = integerParameter(query, 'timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS;
  const start = attempt(() => startOf(context, target, request));
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
  });
  response.flushHeaders();
  const send = (type: string, object: JsonObject) =>
    response.write(`${JSON.stringify({ type, object })}\n`);
  if (start instanceof ApiError) {
    send('ERROR', toStatus(start));
    response.end();
    return;
  }
  const tell = (event: StoreEvent) => {
    const change = visibleChange(event, selected);
    if (change !== null) send(change.type, encode(change.object));
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  };
  const collection = `${target.type.group}/${target.type.kind}`;
  for (const object of start.initial) if (selected(object)) send('ADDED', encode(object));
  if (start.endOfInitial) send('BOOKMARK', bookmark(context, target, true));
  for (const event of start.missed) if (event.collection === collection) tell(event);

  const unsubscribe = context.store.onEvent((event) => {
    if (event.collection === collection) tell(event);
  });
  const end = () => response.end();
  const forget = context.watches.add(end);
  const timeout = setTimeout(end, timeoutSeconds * 1000);
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  const bookmarks = setInterval(() => {
    if (wantsBookmarks) send('BOOKMARK', bookmark(context, target, false));
  }, BOOKMARK_MS);
  response.on('close', () => {
    clearTimeout(timeout);
    clearInterval(bookmarks);
    unsubscribe();
    forget();
  });
}

function attempt(make: () => Start): Start | ApiError {
  try {
    return make();
  } catch (error) {
    if (error instanceof ApiError && error.code !== 400) return error;
    throw error;
  }
}
