import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  Provider,
  type Client,
  type Configuration,
  type JWK,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { OidcMemory } from '@/tests/support/oidc-memory';
import type { Page, PlainBrowser } from '@/tests/support/plain-browser';

/** Somebody who can log in. Claims: `sub` and `preferred_username` are the name, `groups` the groups. */
export interface OidcUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** An application that may ask for logins. */
export interface OidcClient {
  readonly id: string;
  /** `null`: a public client, which proves itself by PKCE alone. */
  readonly secret: string | null;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
}

/** How a provider starts. */
export interface OidcOptions {
  readonly users: readonly OidcUser[];
  readonly clients?: readonly OidcClient[];
  /** PEM; the issuer is https then, and http without it. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** A free one without it. */
  readonly port?: number;
  /** Life of access and ID tokens, seconds; default 3600. */
  readonly tokenSeconds?: number;
  /** Life of a refresh token, seconds; default 86400. */
  readonly refreshSeconds?: number;
}

/**
 * A certified OpenID provider on loopback: authorization code with PKCE (S256, required), refresh tokens that are replaced
 * at each use, revocation, introspection, log-out. Clients get a refresh token with or without the scope `offline_access`.
 * Its login page is one form with a button for each user, and one to refuse; see {@link logIn}.
 */
export class OidcProvider {
  private readonly memory = new OidcMemory();
  private readonly users = new Map<string, OidcUser>();
  private readonly clients = new Map<string, OidcClient>();
  private readonly server: Server;
  private keys: readonly JWK[] = [newKey()];
  private listener: RequestListener = (_request, response) => response.writeHead(503).end();
  private readonly exchanges: string[] = [];
  private address = '';

  private constructor(private readonly options: OidcOptions) {
    const { tls, users, clients = [] } = options;
    for (const user of users) this.setUser(user);
    for (const client of clients) this.setClient(client);
    const listener: RequestListener = (request, response) => this.listener(request, response);
    this.server =
      tls === undefined
        ? createServer(listener)
        : createTlsServer({ key: tls.key, cert: tls.certificate }, listener);
  }

  /** Starts a provider on 127.0.0.1. */
  static async start(options: OidcOptions): Promise<OidcProvider> {
    const provider = new OidcProvider(options);
    const { server } = provider;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    provider.address = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    provider.serve();
    return provider;
  }

  /** Without a slash at the end. */
  get issuer(): string {
    return this.address;
  }

  /** Tokens asked for so far: `authorization_code`, `refresh_token`, with ` refused` after it where they were. */
  get tokenRequests(): readonly string[] {
    return this.exchanges;
  }

  /** Adds a user, or changes the groups of one: tokens given from now on tell them. */
  setUser(user: OidcUser): void {
    this.users.set(user.name, user);
  }

  /** The user can no longer log in nor refresh. */
  removeUser(name: string): void {
    this.users.delete(name);
  }

  /** Adds a client, or changes one. */
  setClient(client: OidcClient): void {
    this.clients.set(client.id, client);
  }

  /** Number of refresh tokens of a user that would be accepted now. */
  liveRefreshTokens(name: string): number {
    return this.memory
      .live('RefreshToken')
      .filter(([, { accountId, consumed }]) => accountId === name && consumed === undefined).length;
  }

  /** Signs with a new key from now on. The old one stays published unless `isForgotten`. */
  rotateKeys({ isForgotten = false } = {}): void {
    this.keys = [newKey(), ...(isForgotten ? [] : this.keys)];
    this.serve();
  }

  /** Ends it and every connection to it. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(): void {
    const provider = new Provider(this.issuer, this.configuration());
    provider.on('grant.success', ({ oidc }) => this.exchanges.push(grantType(oidc.params)));
    provider.on('grant.error', ({ oidc }) => {
      this.exchanges.push(`${grantType(oidc.params)} refused`);
    });
    const answer = provider.callback();
    this.listener = (request, response) => {
      if (!request.url?.startsWith('/interaction/')) void answer(request, response);
      else void interact(provider, [...this.users.keys()], request, response);
    };
  }

  private configuration(): Configuration {
    const { tokenSeconds = 3600, refreshSeconds = 86_400 } = this.options;
    return {
      adapter: (model) => (model === 'Client' ? this.clientAdapter() : this.memory.adapter(model)),
      jwks: { keys: [...this.keys] },
      cookies: { keys: [COOKIE_KEY] },
      scopes: ['openid', 'offline_access'],
      claims: {
        openid: ['sub'],
        profile: ['name', 'preferred_username'],
        email: ['email', 'email_verified'],
        groups: ['groups'],
      },
      pkce: { required: () => true },
      // As most providers do: an API server reads the ID token alone.
      conformIdTokenClaims: false,
      features: {
        devInteractions: { enabled: false },
        revocation: { enabled: true, allowedPolicy: isOwn },
        introspection: { enabled: true, allowedPolicy: isOwn },
      },
      ttl: {
        AccessToken: tokenSeconds,
        IdToken: tokenSeconds,
        RefreshToken: refreshSeconds,
        AuthorizationCode: 60,
        Grant: refreshSeconds,
        Interaction: 600,
        Session: refreshSeconds,
      },
      rotateRefreshToken: true,
      issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
      findAccount: (_ctx, name) => this.account(name),
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      loadExistingGrant: grantAll,
    };
  }

  private account(name: string) {
    const user = this.users.get(name);
    if (user === undefined) return undefined;
    return {
      accountId: name,
      claims: () => ({
        sub: name,
        name,
        preferred_username: name,
        email: `${name}@example.com`,
        email_verified: true,
        groups: [...user.groups],
      }),
    };
  }

  private clientAdapter() {
    const nothing = () => Promise.resolve(undefined);
    return {
      ...this.memory.adapter('Client'),
      find: (id: string) => {
        const client = this.clients.get(id);
        return client === undefined ? nothing() : Promise.resolve(clientMetadata(client));
      },
    };
  }
}

/** A client may ask about its own tokens only. */
function isOwn(_ctx: unknown, client: Client, token: { readonly clientId?: string | undefined }) {
  return token.clientId === client.clientId;
}

const COOKIE_KEY = randomBytes(32).toString('hex');

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    ...privateKey.export({ format: 'jwk' }),
    kid: randomUUID(),
    alg: 'RS256',
    use: 'sig',
  };
}

function grantType(params: Readonly<Record<string, unknown>> | undefined): string {
  return String(params?.['grant_type']);
}

function clientMetadata({ id, secret, redirectUris, postLogoutRedirectUris = [] }: OidcClient) {
  return {
    client_id: id,
    ...(secret === null ? {} : { client_secret: secret }),
    token_endpoint_auth_method:
      secret === null ? ('none' as const) : ('client_secret_basic' as const),
    redirect_uris: [...redirectUris],
    post_logout_redirect_uris: [...postLogoutRedirectUris],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code' as const],
  };
}

/** Nobody is asked what a client may know. */
async function grantAll({ oidc }: KoaContextWithOIDC) {
  const { client, session, provider, params } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  const scope = params?.['scope'];
  grant.addOIDCScope(typeof scope === 'string' ? scope : 'openid');
  await grant.save();
  return grant;
}

/** The login page, and what its form sends. */
async function interact(
  provider: Provider,
  users: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt } = await provider.interactionDetails(request, response);
  if (prompt.name === 'consent') {
    await provider.interactionFinished(
      request,
      response,
      { consent: {} },
      { mergeWithLastSubmission: true },
    );
    return;
  }
  if (request.method !== 'POST') {
    const buttons = users.map((name) => `<button name="user" value="${name}">${name}</button>`);
    const refuse = '<button name="refuse" value="yes">Refuse</button>';
    const page = `<!doctype html><title>Log in</title><form method="post">${buttons.join('')}${refuse}</form>`;
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    return;
  }
  const fields = new URLSearchParams(await bodyOf(request));
  const user = fields.get('user');
  const result =
    user !== null && users.includes(user)
      ? { login: { accountId: user } }
      : { error: 'access_denied', error_description: 'the user refused' };
  await provider.interactionFinished(request, response, result);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

/**
 * Logs in as a user by plain requests: opens a URL that leads to the login page, sends its form, and follows what comes.
 * With a login of before in the browser's cookies, the page does not appear.
 */
export async function logIn(browser: PlainBrowser, url: string, user: string): Promise<Page> {
  const page = await browser.open(url);
  return page.text.includes('<title>Log in</title>') ? browser.submit(page, { user }) : page;
}
