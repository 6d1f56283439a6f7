import type { ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { ApiError, toStatus, tooOld } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { JsonObject } from '@/demo/kubernetes/json';
import { integerParameter, requestSelector } from '@/demo/kubernetes/list-page';
import { shapeOf } from '@/demo/kubernetes/object-encoding';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { apiVersionOf } from '@/demo/kubernetes/resource-type';
import type { Selector } from '@/demo/kubernetes/selectors';
import type { StoreEvent } from '@/demo/kubernetes/watch-history';

/** How an object is written into an event: as itself, or as a table row. */
export type EventEncoder = (object: KubernetesObject) => JsonObject;

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

function checkReached(context: ApiContext, requested: number): void {
  const { resourceVersion } = context.store;
  if (requested <= resourceVersion) return;
  const message = `Too large resource version: ${requested}, current: ${resourceVersion}`;
  throw new ApiError(504, 'Timeout', message, { retryAfterSeconds: 1 });
}

/** The API server does not expect a version that is no number here: unlike in a list it is an error of its own. */
function watchVersion(query: URLSearchParams): number {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return 0;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const value = JSON.stringify(text);
  const message = `resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`;
  throw new ApiError(500, '', message);
}

function startOf(
  {
    context,
    target,
    query,
  }: { context: ApiContext; target: ResourceTarget; query: URLSearchParams },
  requested: number,
): Start {
  const { store } = context;
  const streams = query.get('sendInitialEvents') === 'true';
  checkReached(context, requested);
  if (streams || requested === 0) {
    const skips = query.get('sendInitialEvents') === 'false';
    const initial = skips ? [] : store.list(target.type.group, target.type.kind);
    return { initial, missed: [], endOfInitial: streams };
  }
  const missed = store.history.since(requested);
  if (missed === null) throw tooOld(String(requested), store.history.oldest);
  return { initial: [], missed, endOfInitial: false };
}

/** An event that only says how far the watch has come; nothing but its resource version is of use. */
function bookmark(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
  endOfInitial: boolean,
): JsonObject {
  const { type, version } = target;
  const isPartial = shapeOf(request.accept) === 'metadata';
  const annotations = endOfInitial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return {
    kind: isPartial ? 'PartialObjectMetadata' : type.kind,
    apiVersion: isPartial ? 'meta.k8s.io/v1' : apiVersionOf(type.group, version),
    metadata: { resourceVersion: String(context.store.resourceVersion), ...annotations },
  };
}

/** When the watch ends; 0 says nothing, as does no parameter. */
function timeoutMsOf(query: URLSearchParams): number {
  return (integerParameter(query, 'timeoutSeconds') || DEFAULT_TIMEOUT_SECONDS) * 1000;
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
  const timeoutMs = timeoutMsOf(query);
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  const requested = watchVersion(query);
  const start = attempt(() => startOf({ context, target, query }, requested));
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
  const mark = (endOfInitial: boolean) => {
    if (wantsBookmarks) send('BOOKMARK', bookmark(context, target, request, endOfInitial));
  };
  if (start.endOfInitial) mark(true);
  for (const event of start.missed) if (event.collection === collection) tell(event);

  const unsubscribe = context.store.onEvent((event) => {
    if (event.collection === collection) tell(event);
  });
  // A client that does not read keeps its connection open after the end; it must not be told more.
  const stop = () => {
    clearTimeout(timeout);
    clearInterval(bookmarks);
    unsubscribe();
    forget();
  };
  const end = () => {
    stop();
    response.end();
  };
  const forget = context.watches.add(end);
  const timeout = setTimeout(end, timeoutMs);
  const bookmarks = setInterval(() => mark(false), context.bookmarkMs);
  response.on('close', stop);
}

function attempt(make: () => Start): Start | ApiError {
  try {
    return make();
  } catch (error) {
    if (error instanceof ApiError && error.code !== 400) return error;
    throw error;
  }
}
