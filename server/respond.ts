import type { z } from 'zod';
import type { GraphQuery } from '@/contract/graph';
import type { GraphStreamQuery } from '@/contract/graph-stream';
import { parseQuery, parseValue } from '@/contract/parse-query';
import type { Problem } from '@/contract/problem';
import { fail, type Result } from '@/mesh/result';
import type { Fanari } from '@/server/fanari';
import { EVENT_STREAM_HEADERS, eventStreamResponse } from '@/server/http/event-stream';
import { checkHost, checkSameOrigin, readJsonBody } from '@/server/http/guard-request';
import { badRequest, jsonResponse, problemResponse } from '@/server/http/problem-response';

const MAX_BODY_BYTES = 100_000;
const HEARTBEAT_MS = 15_000;
const MAX_UNREAD_BYTES = 8_000_000;

/** What a handler gets beside its query or body. */
export interface Handling {
  readonly fanari: Fanari;
  readonly signal: AbortSignal;
  /** Address of the client; `null` when not known. */
  readonly remote: string | null;
}

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

function handling(fanari: Fanari, request: Request): Handling {
  const remote = request.headers.get('x-forwarded-for')?.slice(0, 200) ?? null;
  return { fanari, signal: request.signal, remote };
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
    return toResponse(await handle(query.value, handling(fanari, request)));
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
    const json = await readJsonBody(request, MAX_BODY_BYTES);
    if (!json.ok) return problemResponse(json.error);
    const body = parseValue(schema, json.value);
    if (!body.ok) return problemResponse(badRequest(body.error));
    return toResponse(await handle(body.value, handling(fanari, request)));
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
    const { json } = await fanari.channels.channel(query.value).read();
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
export function respondWithStreamHead(
  fanari: Fanari,
  request: Request,
  schema: z.ZodType<GraphStreamQuery>,
): Response {
  const query = readQuery(fanari, request, schema);
  if (!query.ok) return problemResponse(query.error);
  return new Response(null, { headers: EVENT_STREAM_HEADERS });
}

/** Serves the graph as server-sent events. */
export function respondWithGraphStream(
  fanari: Fanari,
  request: Request,
  schema: z.ZodType<GraphStreamQuery>,
): Response {
  const query = readQuery(fanari, request, schema);
  if (!query.ok) return problemResponse(query.error);
  const refused = fanari.refusalOfStream(query.value.graph);
  if (refused !== null) return refusedStream(refused);
  let close: () => void = () => undefined;
  const channel = fanari.channels.channel(query.value.graph);
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
    },
    onClose: (reason) => {
      fanari.removeStream(close);
      if (reason === 'slow') fanari.sources.observer.onStreamDropped();
    },
  });
}
