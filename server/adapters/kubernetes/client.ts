import http from 'node:http';
import https from 'node:https';
import { fail, ok, type Result } from '@/mesh/result';
import type { Credential } from '@/server/adapters/kubernetes/exec-credential';
import {
  loadKubeconfig,
  type ClusterAccess,
  type LoadedKubeconfig,
} from '@/server/adapters/kubernetes/load-kubeconfig';
import { parseJson } from '@/server/adapters/parse-json';
import {
  openStream,
  sendRequest,
  type IncomingStream,
  type OutgoingRequest,
} from '@/server/adapters/transport';
import { sourceError, type SourceError } from '@/server/errors';

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
  readonly accept?: string;
}

/** Times each call for the metrics; `operation` is a fixed name. */
export type CallTimer = (
  operation: string,
  outcome: 'ok' | 'error' | 'aborted',
  milliseconds: number,
) => void;

const DEADLINE_MS = 20_000;
const MAX_BYTES = 128_000_000;

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Speaks HTTP to one API server with the credentials of a kubeconfig (tokens, certificates, exec and file plugins). */
export class KubernetesClient {
  private agent: http.Agent | null = null;
  private agentKey = '';

  private constructor(
    private readonly loaded: LoadedKubeconfig,
    private readonly server: URL,
    private readonly timer: CallTimer,
  ) {}

  /** Reads the kubeconfig; fails with `not-configured` when there is none that can be used. */
  static load(access: ClusterAccess, timer: CallTimer): Result<KubernetesClient, SourceError> {
    try {
      const loaded = loadKubeconfig(access);
      const server = loaded.config.getCurrentCluster()?.server ?? '';
      return ok(new KubernetesClient(loaded, new URL(server), timer));
    } catch (caught) {
      const reason = caught instanceof Error ? caught.message : 'it cannot be read';
      return fail(
        sourceError('kubernetes', 'not-configured', `No cluster is configured: ${reason}`, caught),
      );
    }
  }

  /** Name of the cluster in the kubeconfig. */
  clusterName(): string {
    return this.loaded.config.getCurrentCluster()?.name ?? 'kubernetes';
  }

  /** The namespace of the kubeconfig's context (in a pod: of its service account); `null` when it names none. */
  contextNamespace(): string | null {
    const { config } = this.loaded;
    const context = config.getContextObject(config.getCurrentContext());
    return text(context?.namespace) ?? null;
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
    return this.withCredential(call, (request) => openStream(request, signal));
  }

  /** Closes idle connections. */
  close(): void {
    this.agent?.destroy();
  }

  private async send(call: ApiCall, signal: AbortSignal): Promise<Result<ApiAnswer, SourceError>> {
    const answer = await this.withCredential(call, (request) => sendRequest(request, signal));
    if (!answer.ok) return answer;
    const { status } = answer.value;
    const parsed = parseJson('kubernetes', answer.value.text);
    if (parsed.ok) return ok({ status, body: parsed.value });
    return status >= 400 ? ok({ status, body: null }) : parsed;
  }

  /** Sends a request, and once more with a new credential when a plugin's one is refused though not run out. */
  private async withCredential<
    Answer extends { readonly status: number; readonly close?: () => void },
  >(
    call: ApiCall,
    send: (request: OutgoingRequest) => Promise<Result<Answer, SourceError>>,
  ): Promise<Result<Answer, SourceError>> {
    const { exec } = this.loaded;
    for (let isLast = exec === null; ; isLast = true) {
      const options: https.RequestOptions = {};
      let credential: Credential | null;
      try {
        credential = await this.authenticate(options);
      } catch (caught) {
        const message = 'The credentials of the kubeconfig cannot be used';
        return fail(sourceError('kubernetes', 'unauthorized', message, caught));
      }
      const answer = await send(this.toRequest(call, options));
      if (isLast || credential === null || !answer.ok || answer.value.status !== 401) return answer;
      answer.value.close?.();
      exec?.refuse(credential);
    }
  }

  /** Puts into `options` what shows who Fanari is; gives the plugin's credential, if there is a plugin. */
  private async authenticate(options: https.RequestOptions): Promise<Credential | null> {
    const { config, tokenFile, exec } = this.loaded;
    const cluster = config.getCurrentCluster();
    // The client library refuses plain http unless TLS checks are off, which mean nothing there.
    if (cluster !== null && this.server.protocol === 'http:') {
      Object.assign(cluster, { skipTLSVerify: true });
    }
    await config.applyToHTTPSOptions(options);
    const credential = exec === null ? null : await exec.get();
    if (credential?.certificate) options.cert = credential.certificate;
    if (credential?.key) options.key = credential.key;
    const token = tokenFile === null ? credential?.token : await tokenFile.get();
    if (token) Object.assign((options.headers ??= {}), { Authorization: `Bearer ${token}` });
    return credential;
  }

  private toRequest(call: ApiCall, options: https.RequestOptions): OutgoingRequest {
    const url = new URL(this.server);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${call.path}`;
    url.search = new URLSearchParams(call.parameters).toString();
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    return {
      source: 'kubernetes',
      url,
      method: call.method,
      headers: {
        ...toHeaders(options),
        ...(call.accept === undefined ? {} : { accept: call.accept }),
        ...(body === null ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      },
      body,
      agent: this.toAgent(options),
      deadlineMs: DEADLINE_MS,
      maxBytes: MAX_BYTES,
    };
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
    const proxied = this.loaded.config.getCurrentCluster()?.proxyUrl !== undefined;
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
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    const header = text(value);
    if (header !== undefined) headers[name] = header.trim();
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return headers;
}
