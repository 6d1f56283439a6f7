import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseTraceQuery, wholeNumber } from '@/demo/jaeger/parse-trace-query';
import { traceJson } from '@/demo/jaeger/trace-json';
import type { TraceMemory } from '@/demo/jaeger/trace-memory';
import type { TraceQuery } from '@/demo/jaeger/span-query';

/** How to start the Jaeger query API. */
export interface JaegerApiOptions {
  readonly store: TraceMemory;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/**
 * A way in which Jaeger goes wrong. `unavailable`: 503. `garbage`: 200 and no JSON. `slow`: right, but late by `delayMs`
 * (default 3,000). `hang`: connection accepted, no answer.
 */
export interface JaegerFault {
  readonly kind: 'unavailable' | 'garbage' | 'slow' | 'hang';
  readonly delayMs?: number;
}

/** A running Jaeger query API. */
export interface JaegerApi {
  readonly url: string;
  setFault(fault: JaegerFault | null): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly object[] | null;
  readonly total: number;
  readonly limit: number;
}

/** Serves traces as Jaeger's v1 JSON API. Rejects when the port is taken. */
export async function startJaegerApi(options: JaegerApiOptions): Promise<JaegerApi> {
  let fault: JaegerFault | null = null;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const url = new URL(request.url ?? '/', 'http://jaeger');
    if (request.method !== 'GET') {
      response.writeHead(405).end();
      return;
    }
    const reply = (): void => {
      write(response, answer(options.store, url));
    };
    if (fault === null) reply();
    else if (fault.kind === 'unavailable') write(response, failure(503, 'simulated fault'));
    else if (fault.kind === 'garbage') response.end('<html>not Jaeger</html>');
    else if (fault.kind === 'slow') setTimeout(reply, fault.delayMs ?? 3000).unref();
    // `hang`: nothing is ever answered.
  });
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${String(port)}`,
    setFault: (next) => {
      fault = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const DAY_MS = 86_400_000;

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function answer(store: TraceMemory, url: URL): Answer {
  const parts = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [api, resource, name, leaf] = parts;
  if (api !== 'api') return failure(404, 'not found');
  if (resource === 'traces') return name === undefined ? search(store, url) : one(store, name);
  if (resource === 'dependencies') return dependencies(store, url.searchParams);
  if (resource === 'operations') return operations(store, url.searchParams);
  if (resource === 'services' && name === undefined) return list(store.services());
  if (resource === 'services' && leaf === 'operations' && name !== undefined) {
    return list([...new Set(store.operations(name).map((operation) => operation.name))]);
  }
  return failure(404, 'not found');
}

function search(store: TraceMemory, url: URL): Answer {
  const ids = url.searchParams.getAll('traceID');
  if (ids.length > 0) return several(store, ids);
  let query: TraceQuery;
  try {
    query = parseTraceQuery(url.searchParams, Date.now());
  } catch (error) {
    return failure(400, error instanceof Error ? error.message : String(error));
  }
  return { ...list(store.find(query).map(traceJson)), total: 0 };
}

/** What was found, and an error for each id that was not. */
function several(store: TraceMemory, ids: readonly string[]): Answer {
  const fault = ids.map(idFault).find((each) => each !== null);
  if (fault !== undefined) return failure(400, fault);
  const found = ids.map((id) => ({ id, spans: store.get(id) }));
  const errors = found.flatMap(({ id, spans }) =>
    spans === null ? [{ msg: NOT_FOUND, traceID: id.padStart(16, '0') }] : [],
  );
  return {
    ...list(found.flatMap(({ spans }) => (spans === null ? [] : [traceJson(spans)]))),
    total: 0,
    errors: errors.length === 0 ? null : errors,
  };
}

const NOT_FOUND = 'trace not found';

/** Why a trace id cannot be one; `null` when it can. */
function idFault(traceId: string): string | null {
  if (traceId.length > 32) return `TraceID cannot be longer than 32 hex characters: ${traceId}`;
  return /^[0-9a-fA-F]+$/.test(traceId)
    ? null
    : `strconv.ParseUint: parsing ${JSON.stringify(traceId)}: invalid syntax`;
}

function one(store: TraceMemory, traceId: string): Answer {
  const fault = idFault(traceId);
  if (fault !== null) return failure(400, fault);
  const spans = store.get(traceId);
  return spans === null ? failure(404, NOT_FOUND) : { ...list([traceJson(spans)]), total: 0 };
}

function operations(store: TraceMemory, parameters: URLSearchParams): Answer {
  const service = parameters.get('service') ?? '';
  if (service === '') return failure(400, "parameter 'service' is required");
  const kind = parameters.get('spanKind') ?? '';
  return list(store.operations(service).filter(({ spanKind }) => kind === '' || spanKind === kind));
}

function dependencies(store: TraceMemory, parameters: URLSearchParams): Answer {
  let endMs: number;
  let lookbackMs: number;
  try {
    endMs = wholeNumber(parameters, 'endTs') ?? Date.now();
    lookbackMs = wholeNumber(parameters, 'lookback') ?? DAY_MS;
  } catch (error) {
    return failure(400, error instanceof Error ? error.message : String(error));
  }
  return { ...list(store.dependencies(endMs - lookbackMs, endMs)), total: 0 };
}

function list(data: readonly unknown[]): Answer {
  return { status: 200, data, errors: null, total: data.length, limit: 0 };
}

function failure(status: number, msg: string): Answer {
  return { status, data: null, errors: [{ code: status, msg }], total: 0, limit: 0 };
}

function write(response: ServerResponse, { status, ...body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      data: body.data,
      total: body.total,
      limit: body.limit,
      offset: 0,
      errors: body.errors,
    }),
  );
}
