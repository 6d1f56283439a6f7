import type { z } from 'zod';
import type { GraphQuery } from '@/contract/graph';
import type { GraphStreamQuery } from '@/contract/graph-stream';
import { parseQuery, parseValue } from '@/contract/parse-query';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import type { Fanari } from '@/server/fanari';
import { EVENT_STREAM_HEADERS, eventStreamResponse } from '@/server/http/event-stream';
import { checkHost, checkSameOrigin, readJsonBody } from '@/server/http/guard-request';
import { badRequest, jsonResponse, problemResponse } from '@/server/http/problem-response';
import { loginNeeded } from '@/server/identity/login-problems';
import type { Viewer } from '@/server/identity/viewer';
import type { Actor } from '@/server/ports';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { sourceProblem } from '@/server/usecases/problems';
import type { TelemetryWindows } from '@/server/usecases/telemetry-window';
import type { MeshView } from '@/server/visibility/mesh-view';

const MAX_BODY_BYTES = 100_000;
const HEARTBEAT_MS = 15_000;
const MAX_UNREAD_BYTES = 8_000_000;

/** What a handler gets beside its query or body. */
export interface Handling {
  readonly fanari: Fanari;
  /** What the viewer may see, and calls with their rights. */
  readonly sources: MeshSources;
  readonly windows: TelemetryWindows;
  readonly actor: Actor;
  readonly signal: AbortSignal;
}

/** The API server no longer accepts whom this session belongs to. */
const LOGIN_ENDED = loginNeeded('The Kubernetes API server does not accept this login any more.');

/** A handler's answer: a value to send as JSON, or a problem. */
export type Answer = Result<unknown, Problem>;

function unexpected(fanari: Fanari, caught: unknown): Response {
  fanari.log.error({ err: caught }, 'a request failed unexpectedly');
  return problemResponse({
    type: 'urn:fanari:problem:internal',
    title: 'Something went wrong in Fanari',
    status: 500,
    detail: 'The log says more.',
  });
}

function refusal(fanari: Fanari, request: Request): Problem | null {
  const { host, allowedHosts } = fanari.settings;
  return checkHost(request.headers, { listenHost: host, allowedHosts });
}

/** Who asks, and what they may see. */
interface Asking {
  readonly viewer: Viewer;
  readonly view: MeshView;
  readonly remote: string | null;
}

/** Finds out who asks. Every answer about the mesh is made from the view that this gives. */
async function askingOf(fanari: Fanari, request: Request): Promise<Result<Asking, Problem>> {
  const { headers, signal } = request;
  const remote = fanari.origins.clientOf(headers);
  const viewer = await fanari.identity.viewerOf({ headers, remote, signal });
  if (!viewer.ok) return viewer;
  const view = await fanari.views.of(viewer.value, signal);
  if (view.ok) return ok({ viewer: viewer.value, view: view.value, remote });
  return fail(view.error.kind === 'unauthorized' ? LOGIN_ENDED : sourceProblem(view.error));
}

function handling(fanari: Fanari, request: Request, { viewer, view, remote }: Asking): Handling {
  const { strategy, user } = viewer;
  const { sources, windows } = view;
  return { fanari, sources, windows, actor: { strategy, user, remote }, signal: request.signal };
}

function readQuery<Schema extends z.ZodType>(
  fanari: Fanari,
  request: Request,
  schema: Schema,
): Result<z.output<Schema>, Problem> {
  const refused = refusal(fanari, request);
  if (refused !== null) return fail(refused);
  const query = parseQuery(schema, new URL(request.url).searchParams);
  return query.ok ? query : fail(badRequest(query.error));
}

function toResponse(answer: Answer): Response {
  if (!answer.ok) return problemResponse(answer.error);
  return jsonResponse(JSON.stringify(answer.value));
}

/** Serves a read: checks the host, reads the query, answers with JSON or a problem document. */
export async function respondToQuery<Schema extends z.ZodType>(
  fanari: Fanari,
  request: Request,
  schema: Schema,
  handle: (query: z.output<Schema>, handling: Handling) => Promise<Answer>,
): Promise<Response> {
  const query = readQuery(fanari, request, schema);
  if (!query.ok) return problemResponse(query.error);
  try {
    const asking = await askingOf(fanari, request);
    if (!asking.ok) return problemResponse(asking.error);
    return toResponse(await handle(query.value, handling(fanari, request, asking.value)));
  } catch (caught) {
    return unexpected(fanari, caught);
  }
}

/** Serves a write: as a read, and only for Fanari's own pages or programs, with a JSON body of limited size. */
export async function respondToBody<Schema extends z.ZodType>(
  fanari: Fanari,
  request: Request,
  schema: Schema,
  handle: (body: z.output<Schema>, handling: Handling) => Promise<Answer>,
): Promise<Response> {
  const refused = refusal(fanari, request) ?? checkSameOrigin(request.headers);
  if (refused !== null) return problemResponse(refused);
  try {
    const asking = await askingOf(fanari, request);
    if (!asking.ok) return problemResponse(asking.error);
    const json = await readJsonBody(request, MAX_BODY_BYTES);
    if (!json.ok) return problemResponse(json.error);
    const body = parseValue(schema, json.value);
    if (!body.ok) return problemResponse(badRequest(body.error));
    return toResponse(await handle(body.value, handling(fanari, request, asking.value)));
  } catch (caught) {
    return unexpected(fanari, caught);
  }
}

/** Serves one graph as JSON that was serialised once for everybody who asks for the same. */
export async function respondWithGraph(
  fanari: Fanari,
  request: Request,
  schema: z.ZodType<GraphQuery>,
): Promise<Response> {
  const query = readQuery(fanari, request, schema);
  if (!query.ok) return problemResponse(query.error);
  try {
    const asking = await askingOf(fanari, request);
    if (!asking.ok) return problemResponse(asking.error);
    const { shared } = asking.value.view;
    const { json } = await fanari.channels.channel(shared, query.value).read();
    return jsonResponse(json);
  } catch (caught) {
    return unexpected(fanari, caught);
  }
}

/** Seconds after which a stream that was refused may be asked for again. */
const RETRY_AFTER_SECONDS = 30;

function refusedStream(problem: Problem): Response {
  const response = problemResponse(problem);
  response.headers.set('retry-after', String(RETRY_AFTER_SECONDS));
  return response;
}

/** Answers what a stream would begin with, and opens none. */
export async function respondWithStreamHead(
  fanari: Fanari,
  request: Request,
  schema: z.ZodType<GraphStreamQuery>,
): Promise<Response> {
  const query = readQuery(fanari, request, schema);
  if (!query.ok) return problemResponse(query.error);
  const asking = await askingOf(fanari, request);
  if (!asking.ok) return problemResponse(asking.error);
  return new Response(null, { headers: EVENT_STREAM_HEADERS });
}

/** How often an open stream is asked for whether its viewer may still see it. */
const RECHECK_MS = 10_000;

/** Ends a stream whose viewer has logged out, or sees another part of the mesh by now: the browser asks again. */
async function endWithRights(
  fanari: Fanari,
  request: Request,
  { shared }: MeshView,
  end: () => void,
): Promise<void> {
  const asking = await askingOf(fanari, request).catch(() => null);
  const isSame = asking?.ok === true && asking.value.view.shared.key === shared.key;
  const isOutage = asking === null || (!asking.ok && asking.error.status >= 500);
  if (!isSame && !isOutage) end();
}

/** Serves the graph as server-sent events. */
export async function respondWithGraphStream(
  fanari: Fanari,
  request: Request,
  schema: z.ZodType<GraphStreamQuery>,
): Promise<Response> {
  const query = readQuery(fanari, request, schema);
  if (!query.ok) return problemResponse(query.error);
  const asking = await askingOf(fanari, request);
  if (!asking.ok) return problemResponse(asking.error);
  const { view } = asking.value;
  const refused = fanari.refusalOfStream(view, query.value.graph);
  if (refused !== null) return refusedStream(refused);
  let close: () => void = () => undefined;
  let recheck: NodeJS.Timeout | null = null;
  const channel = fanari.channels.channel(view.shared, query.value.graph);
  return eventStreamResponse({
    // Node's Request passes an abort on to its signal only while the Request itself is held, as it is here.
    open: (send) =>
      channel.subscribe(send, request.headers.get('last-event-id') ?? query.value.lastEventId),
    signal: request.signal,
    heartbeatMs: HEARTBEAT_MS,
    maxUnreadBytes: MAX_UNREAD_BYTES,
    onOpen: (end) => {
      close = end;
      fanari.addStream(close);
      recheck = setInterval(() => void endWithRights(fanari, request, view, end), RECHECK_MS);
    },
    onClose: (reason) => {
      if (recheck !== null) clearInterval(recheck);
      fanari.removeStream(close);
      if (reason === 'slow') fanari.noteSlowStream();
    },
  });
}
