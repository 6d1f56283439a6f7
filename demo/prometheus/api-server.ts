import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerQuery, answerQueryRange, queryOf } from '@/demo/prometheus/api-answers';
import { faultyAnswer, type PrometheusFault } from '@/demo/prometheus/api-fault';
import { BodyTooLargeError, readParameters } from '@/demo/prometheus/api-parameters';
import { sendError, sendText, streamText } from '@/demo/prometheus/api-response';
import {
  labelNames,
  labelValues,
  requiredSeries,
  seriesLabels,
} from '@/demo/prometheus/api-series';
import { statusData, type ServerFacts } from '@/demo/prometheus/api-status';
import { exposition, EXPOSITION_TYPE } from '@/demo/prometheus/exposition';
import { PromqlEngine } from '@/demo/prometheus/promql/engine';
import { parse } from '@/demo/prometheus/promql/parse';
import { SampleStore } from '@/demo/prometheus/sample-store';

/** What a Prometheus API is started with. */
export interface PrometheusApiOptions {
  readonly store: SampleStore;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The clock, epoch milliseconds, for queries that name no time; default the system's. */
  readonly now?: () => number;
  readonly fault?: PrometheusFault | null;
  /** Told as `scrape_interval`, milliseconds; default: the time between the newest snapshots. */
  readonly scrapeIntervalMs?: number;
  /** Step of subqueries that name none, milliseconds; default one minute. */
  readonly evaluationIntervalMs?: number;
}

/** A running Prometheus API. */
export interface PrometheusApi {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends open connections too. */
  close(): Promise<void>;
  /** Lets the header `Date` of answers differ from the truth by so much, milliseconds. */
  setClock(offsetMs: number): void;
  /** Makes requests from now on fail in a certain way; `null` makes them right again. */
  setFault(fault: PrometheusFault | null): void;
}

/** Serves Prometheus's HTTP API over a store. Rejects when the port is taken. */
export async function startPrometheusApi(options: PrometheusApiOptions): Promise<PrometheusApi> {
  const api = new ApiServer(options);
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void api.handle(request, response);
  });
  server.requestTimeout = 30_000;
  await listen(server, options);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () => close(server),
    setClock: (offsetMs) => {
      api.clockOffsetMs = offsetMs;
    },
    setFault: (fault) => {
      api.fault = fault;
    },
  };
}

function listen(server: Server, { host, port }: PrometheusApiOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

class ApiServer {
  fault: PrometheusFault | null;
  clockOffsetMs = 0;
  private readonly scraping: ServerFacts;
  /** The same server without a series. */
  private readonly idle: ServerFacts;
  private readonly now: () => number;

  constructor(options: PrometheusApiOptions) {
    const { store, now = Date.now, evaluationIntervalMs = 60_000 } = options;
    this.fault = options.fault ?? null;
    this.now = now;
    const factsOf = (held: SampleStore): ServerFacts => ({
      store: held,
      engine: new PromqlEngine(held, { evaluationIntervalMs }),
      startedMs: now(),
      scrapeIntervalMs: options.scrapeIntervalMs ?? null,
      evaluationIntervalMs,
    });
    this.scraping = factsOf(store);
    this.idle = factsOf(new SampleStore());
  }

  private get facts(): ServerFacts {
    return this.fault?.kind === 'unscraped' ? this.idle : this.scraping;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    if (this.clockOffsetMs !== 0) {
      response.setHeader('date', new Date(this.now() + this.clockOffsetMs).toUTCString());
    }
    try {
      if (await this.answerFaultily(request, response, gone.signal)) return;
      await this.answer(request, response, gone.signal);
    } catch (error) {
      if (error instanceof BodyTooLargeError) {
        response.setHeader('connection', 'close');
        await sendText(request, response, 413, 'text/plain', `${error.message}\n`);
      } else await sendError(request, response, error);
    }
  }

  /** Whether the request has been dealt with. */
  private async answerFaultily(
    request: IncomingMessage,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<boolean> {
    const { fault } = this;
    if (fault === null) return false;
    const answer = faultyAnswer(fault);
    if (answer !== null) {
      await sendText(request, response, answer.status, answer.type, answer.body);
      return true;
    }
    if (fault.kind === 'slow') await delay(fault.delayMs ?? 3000, gone);
    return fault.kind === 'hang';
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const refusal = methodRefusal(request.method ?? '', url.pathname);
    if (refusal !== null) {
      if (refusal.status === 405) response.setHeader('allow', 'GET, OPTIONS');
      await sendText(request, response, refusal.status, PLAIN, refusal.body);
      return;
    }
    if (url.pathname === '/metrics') {
      await streamText(request, response, EXPOSITION_TYPE, exposition(this.facts.store));
      return;
    }
    const plain = PLAIN_ANSWERS.get(url.pathname);
    if (plain !== undefined) {
      await sendText(request, response, 200, PLAIN, plain);
      return;
    }
    const parameters = await readParameters(request, url);
    const body = await this.apiBody(url.pathname, parameters, signal);
    if (body !== null) await sendText(request, response, 200, 'application/json', body);
    else await sendText(request, response, 404, PLAIN, '404 page not found\n');
  }

  private async apiBody(
    path: string,
    parameters: URLSearchParams,
    signal: AbortSignal,
  ): Promise<string | null> {
    const name = /^\/api\/v1\/(.+?)\/?$/.exec(path)?.[1];
    if (name === undefined) return null;
    const spoilsNumbers = this.fault?.kind === 'nan';
    const context = { engine: this.facts.engine, parameters, nowMs: this.now(), signal };
    if (name === 'query') return answerQuery({ ...context, spoilsNumbers });
    if (name === 'query_range') return answerQueryRange({ ...context, spoilsNumbers });
    if (name === 'query_exemplars') {
      parse(queryOf(parameters));
      return JSON.stringify({ status: 'success', data: [] });
    }
    const data = this.seriesData(name, parameters) ?? statusData(name, this.facts, parameters);
    return data === null ? null : JSON.stringify({ status: 'success', data });
  }

  private seriesData(name: string, parameters: URLSearchParams): unknown {
    const { store, engine } = this.facts;
    if (name === 'series') {
      const series = requiredSeries(store, engine, parameters);
      return series.map((labels) => Object.fromEntries(labels.entries()));
    }
    if (name === 'labels') return labelNames(seriesLabels(store, engine, parameters));
    const label = /^label\/([^/]+)\/values$/.exec(name)?.[1];
    return label === undefined ? null : labelValues(store, engine, parameters, label);
  }
}

const PLAIN = 'text/plain; charset=utf-8';

/** Endpoints that take their parameters as a form, too. */
const FORM_ENDPOINTS = /^\/api\/v1\/(?:query|query_range|query_exemplars|labels|series)\/?$/;

/** What is answered to methods that an endpoint does not take; `null` for those that it does. */
function methodRefusal(method: string, path: string): { status: number; body: string } | null {
  const isApi = path.startsWith('/api/v1/');
  if (method === 'GET' || (method === 'HEAD' && !isApi)) return null;
  if (method === 'POST' && FORM_ENDPOINTS.test(path)) return null;
  if (method === 'OPTIONS' && isApi) return { status: 204, body: '' };
  return { status: 405, body: 'Method Not Allowed\n' };
}

const PLAIN_ANSWERS: ReadonlyMap<string, string> = new Map([
  ['/-/ready', 'Prometheus Server is Ready.\n'],
  ['/-/healthy', 'Prometheus Server is Healthy.\n'],
]);

function delay(delayMs: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    gone.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
