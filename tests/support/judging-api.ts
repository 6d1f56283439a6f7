import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** Somebody as the API server knows them. */
export interface KnownUser {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Who a call to the API server was made as. */
export interface SeenCall {
  readonly method: string;
  readonly path: string;
  /** `null`: Fanari's own account. */
  readonly as: KnownUser | null;
  readonly isImpersonated: boolean;
}

/** What the judge knows. */
export interface JudgeOptions {
  /** Users by token. */
  readonly tokens?: Readonly<Record<string, KnownUser>>;
  /** An OpenID issuer that is trusted: `sub` and `groups` of its tokens for `clientId` are the user. */
  readonly trusts?: { readonly issuer: string; readonly clientId: string };
  /** Whether Fanari's account may impersonate; default `true`. */
  readonly mayImpersonate?: boolean;
}

/**
 * A Kubernetes API that asks who calls, in front of one that does not: calls without credentials are those of Fanari's own
 * account, bearer tokens must be known, and impersonation changes who calls. Everybody may do everything.
 */
export class JudgingApi {
  private readonly server = http.createServer((request, response) => {
    void this.serve(request, response).catch(() => response.destroy());
  });
  private readonly folder = mkdtempSync(join(tmpdir(), 'judging-api-'));
  private readonly tokens: Map<string, KnownUser>;
  private calls: SeenCall[] = [];

  private constructor(
    private readonly target: string,
    private readonly options: JudgeOptions,
  ) {
    this.tokens = new Map(Object.entries(options.tokens ?? {}));
  }

  /** Starts it in front of `target`, the address of a Kubernetes API. */
  static async start(target: string, options: JudgeOptions): Promise<JudgingApi> {
    const judge = new JudgingApi(target, options);
    await new Promise<void>((resolve) => judge.server.listen(0, '127.0.0.1', resolve));
    return judge;
  }

  /** A kubeconfig without credentials. */
  get kubeconfig(): string {
    const { port } = this.server.address() as AddressInfo;
    const path = join(this.folder, 'kubeconfig');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'judged', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'fanari', user: {} }],
      contexts: [{ name: 'judged', context: { cluster: 'judged', user: 'fanari' } }],
      'current-context': 'judged',
    };
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }

  /** Calls since the last time that this was asked. */
  takeCalls(): readonly SeenCall[] {
    const { calls } = this;
    this.calls = [];
    return calls;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const path = new URL(url, this.target).pathname;
    const as = await this.judge(request);
    if (typeof as === 'number') {
      refuse(response, as, as === 401 ? 'Unauthorized' : 'cannot impersonate');
      return;
    }
    const isImpersonated = request.headers['impersonate-user'] !== undefined;
    this.calls.push({ method, path, as, isImpersonated });
    if (path.endsWith('/selfsubjectreviews')) {
      request.resume();
      const userInfo = { username: as?.user ?? 'fanari', groups: as?.groups ?? [] };
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...body, metadata: {}, status: { userInfo } }));
      return;
    }
    this.pass(request, response);
  }

  /** Who calls; `null` for Fanari's own account; a status where nobody may. */
  private async judge({
    headers,
    headersDistinct,
  }: IncomingMessage): Promise<KnownUser | null | number> {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const known =
      token === undefined ? null : (this.tokens.get(token) ?? (await this.verify(token)));
    if (token !== undefined && known === null) return 401;
    const user = headersDistinct['impersonate-user']?.[0];
    if (user === undefined) return known;
    if (this.options.mayImpersonate === false) return 403;
    const text = (value: string) => Buffer.from(value, 'latin1').toString('utf8');
    return { user: text(user), groups: (headersDistinct['impersonate-group'] ?? []).map(text) };
  }

  private async verify(token: string): Promise<KnownUser | null> {
    const { trusts } = this.options;
    if (trusts === undefined) return null;
    try {
      const keys = createRemoteJWKSet(new URL(`${trusts.issuer}/jwks`));
      const expected = { issuer: trusts.issuer, audience: trusts.clientId };
      const { payload } = await jwtVerify(token, keys, expected);
      return { user: payload.sub ?? '', groups: (payload['groups'] ?? []) as readonly string[] };
    } catch {
      return null;
    }
  }

  private pass(request: IncomingMessage, response: ServerResponse): void {
    const hidden = /^(authorization|host|impersonate-.*)$/;
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !hidden.test(name)),
    );
    const onward = http.request(
      new URL(request.url ?? '/', this.target),
      { method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        // A watch begins with silence.
        response.flushHeaders();
        answer.pipe(response);
        answer.on('close', () => response.end());
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }
}

function refuse(response: ServerResponse, code: number, message: string): void {
  const status = { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, message };
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
}
