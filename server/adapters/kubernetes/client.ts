import { existsSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { fail, ok, type Result } from '@/mesh/result';
import { asRecord, parseJson } from '@/server/adapters/parse-json';
import {
  openStream,
  sendRequest,
  type IncomingStream,
  type OutgoingRequest,
} from '@/server/adapters/transport';
import { sourceError, type SourceError } from '@/server/errors';

/** How to find the cluster. `null` kubeconfig: the usual places, then the in-cluster service account. */
export interface ClusterAccess {
  readonly kubeconfig: string | null;
  readonly context: string | null;
}

/** An answer that the API server gave, parsed. `body` is `null` when it was not JSON and the status is no success. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What to send. `path` starts with `/api` or `/apis`. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** Times each call for the metrics; `operation` is a fixed name. */
export type CallTimer = (
  operation: string,
  outcome: 'ok' | 'error' | 'aborted',
  milliseconds: number,
) => void;

const DEADLINE_MS = 20_000;
const MAX_BYTES = 128_000_000;

function loadConfig(access: ClusterAccess): KubeConfig {
  const config = new KubeConfig();
  if (access.kubeconfig === null) config.loadFromDefault();
  else if (existsSync(access.kubeconfig)) config.loadFromFile(access.kubeconfig);
  else throw new Error(`there is no file ${access.kubeconfig}`);
  if (access.context !== null) {
    if (config.getContextObject(access.context) === null) {
      throw new Error(`the kubeconfig has no context ${access.context}`);
    }
    config.setCurrentContext(access.context);
  }
  if (config.getCurrentCluster() === null) throw new Error('the kubeconfig names no cluster');
  return config;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Speaks HTTP to one API server with the credentials of a kubeconfig (tokens, certificates, exec and file plugins). */
export class KubernetesClient {
  private agent: http.Agent | null = null;
  private agentKey = '';

  private constructor(
    private readonly config: KubeConfig,
    private readonly server: URL,
    private readonly timer: CallTimer,
  ) {}

  /** Reads the kubeconfig; fails with `not-configured` when there is none that can be used. */
  static load(access: ClusterAccess, timer: CallTimer): Result<KubernetesClient, SourceError> {
    try {
      const config = loadConfig(access);
      const server = config.getCurrentCluster()?.server ?? '';
      return ok(new KubernetesClient(config, new URL(server), timer));
    } catch (caught) {
      const reason = caught instanceof Error ? caught.message : 'it cannot be read';
      return fail(
        sourceError('kubernetes', 'not-configured', `No cluster is configured: ${reason}`, caught),
      );
    }
  }

  /** Name of the cluster in the kubeconfig. */
  clusterName(): string {
    return this.config.getCurrentCluster()?.name ?? 'kubernetes';
  }

  /** Sends a call and parses the answer whatever its status. Fails when nothing usable came back. */
  async call(
    operation: string,
    call: ApiCall,
    signal: AbortSignal,
  ): Promise<Result<ApiAnswer, SourceError>> {
    const startedMs = performance.now();
    const result = await this.send(call, signal);
    const aborted = !result.ok && result.error.kind === 'aborted';
    const failed = !result.ok || result.value.status >= 500;
    this.timer(
      operation,
      aborted ? 'aborted' : failed ? 'error' : 'ok',
      performance.now() - startedMs,
    );
    return result;
  }

  /** Opens a watch. The status may be a refusal; the caller looks. */
  async stream(call: ApiCall, signal: AbortSignal): Promise<Result<IncomingStream, SourceError>> {
    const request = await this.toRequest(call);
    return request.ok ? openStream(request.value, signal) : request;
  }

  /** Closes idle connections. */
  close(): void {
    this.agent?.destroy();
  }

  private async send(call: ApiCall, signal: AbortSignal): Promise<Result<ApiAnswer, SourceError>> {
    const request = await this.toRequest(call);
    if (!request.ok) return request;
    const answer = await sendRequest(request.value, signal);
    if (!answer.ok) return answer;
    const { status } = answer.value;
    const parsed = parseJson('kubernetes', answer.value.text);
    if (parsed.ok) return ok({ status, body: parsed.value });
    return status >= 400 ? ok({ status, body: null }) : parsed;
  }

  private async toRequest(call: ApiCall): Promise<Result<OutgoingRequest, SourceError>> {
    const options: https.RequestOptions = {};
    try {
      const cluster = this.config.getCurrentCluster();
      // The client library refuses plain http unless TLS checks are off, which mean nothing there.
      if (cluster !== null && this.server.protocol === 'http:') {
        Object.assign(cluster, { skipTLSVerify: true });
      }
      await this.config.applyToHTTPSOptions(options);
    } catch (caught) {
      const message = 'The credentials of the kubeconfig cannot be used';
      return fail(sourceError('kubernetes', 'unauthorized', message, caught));
    }
    const url = new URL(this.server);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${call.path}`;
    url.search = new URLSearchParams(call.parameters).toString();
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    return ok({
      source: 'kubernetes',
      url,
      method: call.method,
      headers: {
        ...toHeaders(options),
        ...(body === null ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      },
      body,
      agent: this.toAgent(options),
      deadlineMs: DEADLINE_MS,
      maxBytes: MAX_BYTES,
    });
  }

  /** One agent for as long as the certificates stay the same, so that connections are kept alive. */
  private toAgent(options: https.RequestOptions): http.Agent {
    const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
    const agentKey = JSON.stringify([ca, cert, key, pfx, passphrase, servername].map(String));
    if (this.agent !== null && this.agentKey === agentKey) return this.agent;
    const tls = Object.fromEntries(
      Object.entries({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const proxied = this.config.getCurrentCluster()?.proxyUrl !== undefined;
    if (proxied && options.agent instanceof http.Agent) this.agent = options.agent;
    else if (this.server.protocol === 'https:')
      this.agent = new https.Agent({ keepAlive: true, ...tls });
    else this.agent = new http.Agent({ keepAlive: true });
    this.agentKey = agentKey;
    return this.agent;
  }
}

function toHeaders(options: https.RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(asRecord(options.headers) ?? {})) {
    const header = text(value);
    if (header !== undefined) headers[name] = header;
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return headers;
}
