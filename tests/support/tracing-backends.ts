import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What backends answer, in the shapes of their published protocols, about the same two traces of `web.shop`: one whose
 * first span failed and that went on to `api.shop`, and one that is fine.
 *
 * - Jaeger v1: as Jaeger 2 (`github.com/jaegertracing/jaeger` 1.76.0, `/api/traces`) wrote them.
 * - Jaeger v3: the same Jaeger, `/api/v3/traces`: `GRPCGatewayWrapper` around OTLP's `TracesData`; ids in hexadecimal;
 *   404 where there are none; `{}` for no services.
 * - Tempo: `docs/sources/tempo/api_docs` of grafana/tempo for `/api/search`, with `serviceStats` as
 *   `TraceSearchMetadata` in its `tempo.proto` has them; `/api/v2/traces` as `TraceByIDResponse` there, in protobuf's
 *   JSON: ids in base64, enumerations by name. Before 2.7 only `/api/traces`, whose `batches` hold the same.
 */
export type BackendKind = 'jaeger-v1' | 'jaeger-v3' | 'tempo' | 'tempo-2.4';

/** Epoch milliseconds at which both traces begin. */
export const TRACES_AT_MS = 1_795_281_207_000;
/** Ids of the two traces. */
export const FAILED_TRACE = '5b8efff798038103d269b633813fc60c';
export const FINE_TRACE = '00000000000000000000000000abcdef';

const START = `${TRACES_AT_MS}000000`;
const end = (milliseconds: number) => `${TRACES_AT_MS + milliseconds}000000`;
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

interface Spelling {
  readonly id: (hex: string) => string;
  readonly server: unknown;
  readonly error: unknown;
}

const OTLP: Spelling = { id: (hex) => hex, server: 2, error: 2 };
const PROTOBUF: Spelling = {
  id: base64,
  server: 'SPAN_KIND_SERVER',
  error: 'STATUS_CODE_ERROR',
};

function resource(service: string, span: object): object {
  const attributes = [{ key: 'service.name', value: { stringValue: service } }];
  return { resource: { attributes }, scopeSpans: [{ scope: {}, spans: [span] }] };
}

function failedTrace({ id, server, error }: Spelling): readonly object[] {
  const root = {
    traceId: id(FAILED_TRACE),
    spanId: id('00000000000000a1'),
    name: 'GET /',
    kind: server,
    startTimeUnixNano: START,
    endTimeUnixNano: end(250),
    attributes: [
      { key: 'http.response.status_code', value: { intValue: '503' } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
    ],
    status: { message: 'bad', code: error },
  };
  const call = {
    traceId: id(FAILED_TRACE),
    spanId: id('00000000000000a2'),
    parentSpanId: id('00000000000000a1'),
    name: 'call',
    kind: server,
    startTimeUnixNano: `${TRACES_AT_MS + 10}000000`,
    endTimeUnixNano: `${TRACES_AT_MS + 20}500000`,
    status: {},
  };
  return [resource('web.shop', root), resource('api.shop', call)];
}

function fineTrace({ id, server }: Spelling): readonly object[] {
  const span = {
    traceId: id(FINE_TRACE),
    spanId: id('eee19b7ec3c1b174'),
    name: 'fine',
    kind: server,
    startTimeUnixNano: START,
    endTimeUnixNano: end(5),
    status: {},
  };
  return [resource('web.shop', span)];
}

const V1_FAILED = {
  traceID: FAILED_TRACE,
  spans: [
    {
      traceID: FAILED_TRACE,
      spanID: '00000000000000a1',
      operationName: 'GET /',
      references: [],
      startTime: TRACES_AT_MS * 1000,
      duration: 250_000,
      tags: [
        { key: 'error', type: 'bool', value: true },
        { key: 'http.response.status_code', type: 'int64', value: 503 },
        { key: 'list', type: 'string', value: '["a"]' },
        { key: 'otel.status_code', type: 'string', value: 'ERROR' },
        { key: 'span.kind', type: 'string', value: 'server' },
      ],
      processID: 'p1',
    },
    {
      traceID: FAILED_TRACE,
      spanID: '00000000000000a2',
      operationName: 'call',
      references: [{ refType: 'CHILD_OF', traceID: FAILED_TRACE, spanID: '00000000000000a1' }],
      startTime: TRACES_AT_MS * 1000 + 10_000,
      duration: 10_500,
      tags: [{ key: 'span.kind', type: 'string', value: 'server' }],
      processID: 'p2',
    },
  ],
  processes: { p1: { serviceName: 'web.shop' }, p2: { serviceName: 'api.shop' } },
};

const V1_FINE = {
  traceID: FINE_TRACE,
  spans: [
    {
      traceID: FINE_TRACE,
      spanID: 'eee19b7ec3c1b174',
      operationName: 'fine',
      references: [],
      startTime: TRACES_AT_MS * 1000,
      duration: 5000,
      tags: [],
      processID: 'p1',
    },
  ],
  processes: { p1: { serviceName: 'web.shop' } },
};

/** `null`: the path is not known there, which Jaeger answers with its page and Tempo with 404. */
type Reply = { readonly status: number; readonly body: unknown } | null;

const found = (body: unknown): Reply => ({ status: 200, body });
const NONE: Reply = { status: 404, body: { error: { httpCode: 404, message: 'No traces found' } } };

function jaegerV1({ pathname, searchParams }: URL): Reply {
  if (pathname === '/api/services') return found({ data: ['web.shop', 'api.shop'], total: 2 });
  if (pathname === '/api/traces') {
    const isNarrowed = searchParams.has('tags');
    const data = isNarrowed ? [V1_FAILED] : [V1_FINE, V1_FAILED];
    return found({ data: searchParams.get('service') === 'web.shop' ? data : [] });
  }
  const id = /^\/api\/traces\/(\w+)$/.exec(pathname)?.[1];
  if (id === undefined) return null;
  const trace = [V1_FAILED, V1_FINE].find(({ traceID }) => traceID === id);
  return trace === undefined ? NONE : found({ data: [trace] });
}

function jaegerV3({ pathname, searchParams }: URL): Reply {
  if (pathname === '/api/v3/services') return found({ services: ['web.shop', 'api.shop'] });
  if (pathname === '/api/v3/traces') {
    if (searchParams.get('query.service_name') !== 'web.shop') return NONE;
    return found({ result: { resourceSpans: [...fineTrace(OTLP), ...failedTrace(OTLP)] } });
  }
  const id = /^\/api\/v3\/traces\/(\w+)$/.exec(pathname)?.[1];
  if (id === FAILED_TRACE) return found({ result: { resourceSpans: failedTrace(OTLP) } });
  return id === undefined ? null : NONE;
}

function tempoSearch(query: string, hasStats: boolean): Reply {
  const failed = {
    // Leading zeros are left out.
    traceID: FAILED_TRACE,
    rootServiceName: 'web.shop',
    rootTraceName: 'GET /',
    startTimeUnixNano: START,
    durationMs: 250,
    spanSets: [{ spans: [{ spanID: '00000000000000a1' }], matched: 1 }],
    ...(hasStats
      ? {
          serviceStats: {
            'web.shop': { spanCount: 1, errorCount: 1 },
            'api.shop': { spanCount: 1 },
          },
        }
      : {}),
  };
  const fine = {
    traceID: 'abcdef',
    rootServiceName: 'web.shop',
    rootTraceName: 'fine',
    startTimeUnixNano: START,
    durationMs: 5,
    spanSets: [{ spans: [{ spanID: 'eee19b7ec3c1b174' }], matched: 1 }],
    ...(hasStats ? { serviceStats: { 'web.shop': { spanCount: 1 } } } : {}),
  };
  const isNarrowed = query.includes('status = error') || query.includes('"api.shop"');
  const traces = isNarrowed ? [failed] : [fine, failed];
  return found({ traces, metrics: { totalBlocks: 1 } });
}

function tempo({ pathname, searchParams }: URL, isNew: boolean): Reply {
  if (pathname === '/api/search/tag/service.name/values')
    return found({ tagValues: ['api.shop', 'web.shop'], metrics: { inspectedBytes: '431380' } });
  if (pathname === '/api/search') return tempoSearch(searchParams.get('q') ?? '', isNew);
  const [, version, id] = /^\/api\/(v2\/)?traces\/(\w+)$/.exec(pathname) ?? [];
  if (id !== FAILED_TRACE || (version !== undefined && !isNew)) return null;
  const spans = failedTrace(PROTOBUF);
  if (version === undefined) return found({ batches: spans });
  return found({ trace: { resourceSpans: spans }, metrics: { inspectedBytes: '1' } });
}

function replyOf(kind: BackendKind, url: URL): Reply {
  switch (kind) {
    case 'jaeger-v1':
      return jaegerV1(url);
    case 'jaeger-v3':
      return jaegerV3(url);
    case 'tempo':
      return tempo(url, true);
    case 'tempo-2.4':
      return tempo(url, false);
  }
}

/** A backend at a URL, which can become another one, or answer everything with one status. */
export interface SimulatedBackend {
  readonly url: string;
  readonly asked: URL[];
  become(kind: BackendKind | number): void;
  close(): void;
}

/** Starts one. */
export async function startBackend(first: BackendKind): Promise<SimulatedBackend> {
  let now: BackendKind | number = first;
  const asked: URL[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://backend');
    asked.push(url);
    if (typeof now === 'number') {
      response.writeHead(now).end('{}');
      return;
    }
    const reply = replyOf(now, url);
    if (reply !== null) {
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply.body));
    } else if (now.startsWith('jaeger')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    } else {
      response.writeHead(404).end('404 page not found');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    become: (kind) => {
      now = kind;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
