import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerQuery, answerQueryRange } from '@/demo/prometheus/api-answers';
import { faultyAnswer, type PrometheusFault } from '@/demo/prometheus/api-fault';
import { BodyTooLargeError, readParameters } from '@/demo/prometheus/api-parameters';
import { sendError, sendText, streamText } from '@/demo/prometheus/api-response';
import { labelNames, labelValues, seriesLabels } from '@/demo/prometheus/api-series';
import { statusData, type ServerFacts } from '@/demo/prometheus/api-status';
import { exposition, EXPOSITION_TYPE } from '@/demo/prometheus/exposition';
import { PromqlEngine } from '@/demo/prometheus/promql/engine';
import type { SampleStore } from '@/demo/prometheus/sample-store';

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
  /** Makes requests from now on fail in a certain way; `null` makes them right again. */
  setFault(fault: PrometheusFault | null): void;
}

/** Serves Prometheus's HTTP API over a store. Rejects when the port is taken. */
export async function startPrometheusApi(options: PrometheusApiOptions): Promise<PrometheusApi> {
  const api = new ApiServer(options);
  const server = createServer((request, response) => {
    void api.handle(request, response);
  });
  server.requestTimeout = 30_000;
  await listen(server, options);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () => close(server),
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
  private readonly facts: ServerFacts;
  private readonly now: () => number;

  constructor(options: PrometheusApiOptions) {
    const { store, now = Date.now, evaluationIntervalMs = 60_000 } = options;
    this.fault = options.fault ?? null;
    this.now = now;
    this.facts = {
      store,
      engine: new PromqlEngine(store, { evaluationIntervalMs }),
      startedMs: now(),
      scrapeIntervalMs: options.scrapeIntervalMs ?? null,
      evaluationIntervalMs,
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
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
    if (!['GET', 'POST', 'HEAD'].includes(request.method ?? '')) {
      response.setHeader('allow', 'GET, POST');
      await sendText(request, response, 405, 'text/plain', 'Method Not Allowed\n');
      return;
    }
    if (url.pathname === '/metrics') {
      await streamText(request, response, EXPOSITION_TYPE, exposition(this.facts.store));
      return;
    }
    const plain = PLAIN_ANSWERS.get(url.pathname);
    if (plain !== undefined) {
      await sendText(request, response, 200, 'text/plain; charset=utf-8', plain);
      return;
    }
    const parameters = await readParameters(request, url);
    const body = await this.apiBody(url.pathname, parameters, signal);
    if (body !== null) await sendText(request, response, 200, 'application/json', body);
    else await sendText(request, response, 404, 'text/plain', '404 page not found\n');
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
    const data = this.seriesData(name, parameters) ?? statusData(name, this.facts, parameters);
    return data === null ? null : JSON.stringify({ status: 'success', data });
  }

  private seriesData(name: string, parameters: URLSearchParams): unknown {
    const { store, engine } = this.facts;
    const find = (needsMatch: boolean): ReturnType<typeof seriesLabels> =>
      seriesLabels(store, engine, parameters, needsMatch);
    if (name === 'series') return find(true).map((labels) => Object.fromEntries(labels.entries()));
    if (name === 'labels') return labelNames(find(false));
    const label = /^label\/([^/]+)\/values$/.exec(name)?.[1];
    return label === undefined ? null : labelValues(find(false), label);
  }
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
