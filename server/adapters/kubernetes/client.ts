import http from 'node:http';
import https from 'node:https';
import type { ClockOffset } from '@/mesh/clock-offset';
import { fail, ok, type Result } from '@/mesh/result';
import type { ApiCall } from '@/server/adapters/kubernetes/api-call';
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
import { changesCluster } from '@/server/adapters/kubernetes/write-guard';
import { sourceError, type SourceError } from '@/server/errors';
import type { Credential as Account } from '@/server/ports';

/** An answer that the API server gave, parsed. `body` is `null` when it was not JSON and the status is no success. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
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

/** Fanari's own certificate and the plain connection of bearer tokens, each before and after a rotation. */
const MOST_AGENTS = 4;

/** Which cluster, and whether anything may be changed in it. */
export interface ClientOptions extends ClusterAccess {
  readonly readOnly: boolean;
}

interface Shared {
  readonly loaded: LoadedKubeconfig;
  readonly server: URL;
  readonly timer: CallTimer;
  readonly readOnly: boolean;
  readonly agents: Map<string, http.Agent>;
}

function readOnlyError(): SourceError {
  const message = 'This Fanari does not write. Whoever runs it can change that with its settings.';
  return sourceError('kubernetes', 'read-only', message);
}

/** Speaks HTTP to one API server with the credentials of a kubeconfig (tokens, certificates, exec and file plugins). */
export class KubernetesClient {
  private lastClock: ClockOffset | null = null;

  private constructor(
    private readonly shared: Shared,
    private readonly account: Account,
  ) {}

  /** Reads the kubeconfig; fails with `not-configured` when there is none that can be used. */
  static load(options: ClientOptions, timer: CallTimer): Result<KubernetesClient, SourceError> {
    try {
      const loaded = loadKubeconfig(options);
      const server = new URL(loaded.config.getCurrentCluster()?.server ?? '');
      const { readOnly } = options;
      const shared = { loaded, server, timer, readOnly, agents: new Map<string, http.Agent>() };
      return ok(new KubernetesClient(shared, { kind: 'own' }));
    } catch (caught) {
      const reason = caught instanceof Error ? caught.message : 'it cannot be read';
      return fail(
        sourceError('kubernetes', 'not-configured', `No cluster is configured: ${reason}`, caught),
      );
    }
  }

  /** The same API server, trusted in the same way, called with the rights of another account. */
  as(account: Account): KubernetesClient {
    return new KubernetesClient(this.shared, account);
  }

  /** Whose calls these are, as a message to the viewer names them. */
  subject(): 'Fanari' | 'you' {
    return this.account.kind === 'own' ? 'Fanari' : 'you';
  }

  /** Whether every call that would change the cluster is refused. */
  isReadOnly(): boolean {
    return this.shared.readOnly;
  }

  /** Name of the cluster in the kubeconfig. */
  clusterName(): string {
    return this.shared.loaded.config.getCurrentCluster()?.name ?? 'kubernetes';
  }

  /** The namespace of the kubeconfig's context (in a pod: of its service account); `null` when it names none. */
  contextNamespace(): string | null {
    const { config } = this.shared.loaded;
    const context = config.getContextObject(config.getCurrentContext());
    return text(context?.namespace) ?? null;
  }

  /**
   * Sends a call and parses the answer whatever its status. Fails when nothing usable came back. While Fanari is
   * read-only, this is where every call that would change the cluster ends.
   */
  async call(
    operation: string,
    call: ApiCall,
    signal: AbortSignal,
  ): Promise<Result<ApiAnswer, SourceError>> {
    if (this.shared.readOnly && changesCluster(call)) return fail(readOnlyError());
    const startedMs = performance.now();
    const result = await this.send(call, signal);
    const aborted = !result.ok && result.error.kind === 'aborted';
    const failed = !result.ok || result.value.status >= 500;
    this.shared.timer(
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

  /** The API server's clock by its last answer; `null` before one, and where it did not tell. */
  clock(): ClockOffset | null {
    return this.lastClock;
  }

  /** Closes idle connections. */
  close(): void {
    for (const agent of this.shared.agents.values()) agent.destroy();
  }

  private async send(call: ApiCall, signal: AbortSignal): Promise<Result<ApiAnswer, SourceError>> {
    const answer = await this.withCredential(call, (request) => sendRequest(request, signal));
    if (!answer.ok) return answer;
    const { status, clock } = answer.value;
    this.lastClock = clock;
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
    const exec = this.account.kind === 'bearer' ? null : this.shared.loaded.exec;
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
    const { config, tokenFile, exec } = this.shared.loaded;
    const cluster = config.getCurrentCluster();
    // The client library refuses plain http unless TLS checks are off, which mean nothing there.
    if (cluster !== null && this.shared.server.protocol === 'http:') {
      Object.assign(cluster, { skipTLSVerify: true });
    }
    await config.applyToHTTPSOptions(options);
    const { account } = this;
    if (account.kind === 'bearer') {
      // What shows who Fanari is must not go with a call that is somebody else's.
      delete options.cert;
      delete options.key;
      delete options.pfx;
      delete options.passphrase;
      delete options.auth;
      options.headers = { Authorization: `Bearer ${account.token}` };
      return null;
    }
    const credential = exec === null ? null : await exec.get();
    if (credential?.certificate) options.cert = credential.certificate;
    if (credential?.key) options.key = credential.key;
    const token = tokenFile === null ? credential?.token : await tokenFile.get();
    if (token) Object.assign((options.headers ??= {}), { Authorization: `Bearer ${token}` });
    if (account.kind === 'impersonate') {
      const { user, groups } = account;
      // Lists, which nothing trims: the end of a letter in UTF-8 may look like a space.
      Object.assign((options.headers ??= {}), {
        'Impersonate-User': [asBytes(user)],
        ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups.map(asBytes) }),
      });
    }
    return credential;
  }

  private toRequest(call: ApiCall, options: https.RequestOptions): OutgoingRequest {
    const url = new URL(this.shared.server);
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
    const { agents, loaded, server } = this.shared;
    const agentKey = JSON.stringify([ca, cert, key, pfx, passphrase, servername].map(String));
    const known = agents.get(agentKey);
    if (known !== undefined) return known;
    const tls = Object.fromEntries(
      Object.entries({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const proxied = loaded.config.getCurrentCluster()?.proxyUrl !== undefined;
    let made: http.Agent;
    if (proxied && options.agent instanceof http.Agent) made = options.agent;
    else if (server.protocol === 'https:') made = new https.Agent({ keepAlive: true, ...tls });
    else made = new http.Agent({ keepAlive: true });
    // Certificates rotate: the oldest agent only keeps what is still under way.
    const [oldest] = agents.keys();
    if (agents.size >= MOST_AGENTS && oldest !== undefined) agents.delete(oldest);
    agents.set(agentKey, made);
    return made;
  }
}

/** Node writes each character of a header as one byte; names are UTF-8. */
function asBytes(name: string): string {
  return Buffer.from(name, 'utf8').toString('latin1');
}

function toHeaders(options: https.RequestOptions): Record<string, string | readonly string[]> {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') headers[name] = value.trim();
    else if (Array.isArray(value)) headers[name] = value;
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return headers;
}
