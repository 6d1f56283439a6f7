import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  clockTolerance,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  refreshTokenGrant,
  ResponseBodyError,
  tokenRevocation,
  type ClientAuth,
  type CustomFetch,
  type ServerMetadata,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import { fail, ok, type Result } from '@/mesh/result';

/** Which provider, and who Fanari is to it. */
export interface ProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** The present secret; `null`: a public client. Throws when it cannot be read. */
  readonly secret: () => Promise<string | null>;
  readonly scopes: readonly string[];
  readonly fetch: CustomFetch;
}

/** What a login was begun with; it must come back unchanged. */
export interface LoginChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What a provider gave. */
export interface Tokens {
  /** Signed by the provider and checked; `null`: a renewal did not bring a new one. */
  readonly idToken: string | null;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly refreshToken: string | null;
}

/**
 * `denied`: the user or the provider said no. `invalid`: codes, tokens or checks are not right. `away`: the provider did not
 * answer as one. `message` is for the log and holds no token.
 */
export interface ProviderFault {
  readonly kind: 'denied' | 'invalid' | 'away';
  readonly message: string;
}

/** Clocks of provider and Fanari may differ by this, seconds. */
const TOLERANCE_SECONDS = 30;
/** How long what the provider publishes about itself is taken to be so. */
const METADATA_MS = 3_600_000;

interface Known {
  readonly atMs: number;
  readonly server: ServerMetadata;
}

/** One OpenID provider: discovery, authorization code with PKCE, renewal, revocation. */
export class OpenIdProvider {
  private known: Known | null = null;
  private configured: {
    readonly from: Known;
    readonly secret: string | null;
    readonly configuration: Configuration;
  } | null = null;
  private discovering: Promise<Known> | null = null;

  constructor(
    private readonly options: ProviderOptions,
    private readonly now: () => number,
  ) {}

  /** Where the browser goes to log in. */
  async authorizationUrl(
    redirectUri: string,
    checks: LoginChecks,
  ): Promise<Result<URL, ProviderFault>> {
    return this.attempt(async (configuration) =>
      buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: [...new Set(['openid', ...this.options.scopes])].join(' '),
        response_type: 'code',
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
      }),
    );
  }

  /** Trades the code in the address, to which the provider sent the browser back, for tokens. */
  async exchange(callback: URL, checks: LoginChecks): Promise<Result<Tokens, ProviderFault>> {
    return this.attempt(async (configuration) =>
      toTokens(
        await authorizationCodeGrant(configuration, callback, {
          expectedState: checks.state,
          expectedNonce: checks.nonce,
          pkceCodeVerifier: checks.verifier,
          idTokenExpected: true,
        }),
      ),
    );
  }

  /** Asks for new tokens. The refresh token may be used up by that. */
  async refresh(refreshToken: string): Promise<Result<Tokens, ProviderFault>> {
    return this.attempt(async (configuration) =>
      toTokens(await refreshTokenGrant(configuration, refreshToken)),
    );
  }

  /** Takes a refresh token back where the provider can do that. */
  async revoke(refreshToken: string): Promise<Result<null, ProviderFault>> {
    return this.attempt(async (configuration) => {
      if (configuration.serverMetadata().revocation_endpoint !== undefined) {
        await tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' });
      }
      return null;
    });
  }

  /**
   * Where a browser logs out at the provider; `null` where it cannot. The ID token is not sent as a hint, because it would
   * stand in the address; the provider may ask the user instead.
   */
  async logoutUrl(returnTo: string): Promise<string | null> {
    const url = await this.attempt(async (configuration) => {
      if (configuration.serverMetadata().end_session_endpoint === undefined)
        return Promise.resolve(null);
      const parameters = { post_logout_redirect_uri: returnTo };
      return Promise.resolve(buildEndSessionUrl(configuration, parameters).href);
    });
    return url.ok ? url.value : null;
  }

  private async attempt<Value>(
    run: (configuration: Configuration) => Promise<Value>,
  ): Promise<Result<Value, ProviderFault>> {
    try {
      return ok(await run(await this.configuration()));
    } catch (caught) {
      return fail(toFault(caught));
    }
  }

  private async configuration(): Promise<Configuration> {
    const secret = await this.options.secret();
    const isOld = this.known === null || this.now() - this.known.atMs > METADATA_MS;
    // What was published before holds while the provider cannot be asked.
    const from = isOld
      ? await this.discover().catch((caught: unknown) => this.lastKnown(caught))
      : this.known;
    if (from === null) throw new Error('the provider is not known yet');
    if (this.configured?.from !== from || this.configured.secret !== secret) {
      this.configured = { from, secret, configuration: this.configure(from.server, secret) };
    }
    return this.configured.configuration;
  }

  private lastKnown(caught: unknown): Known {
    if (this.known === null) throw caught;
    return this.known;
  }

  private async discover(): Promise<Known> {
    const { issuer, clientId, fetch } = this.options;
    const url = new URL(issuer);
    this.discovering ??= discovery(url, clientId, undefined, None(), {
      [customFetch]: fetch,
      execute: url.protocol === 'http:' ? [allowLoopback] : [],
    }).then((found) => ({ atMs: this.now(), server: found.serverMetadata() }));
    try {
      this.known = await this.discovering;
      return this.known;
    } finally {
      this.discovering = null;
    }
  }

  private configure(server: ServerMetadata, secret: string | null): Configuration {
    const { clientId, fetch, issuer } = this.options;
    const metadata = { [clockTolerance]: TOLERANCE_SECONDS };
    const configuration = new Configuration(server, clientId, metadata, clientAuth(server, secret));
    configuration[customFetch] = fetch;
    // The signature is checked although the token came straight from the provider: the API server will do so, too.
    enableNonRepudiationChecks(configuration);
    if (new URL(issuer).protocol === 'http:') allowLoopback(configuration);
    return configuration;
  }
}

/** The settings accept http for an issuer on loopback only. The library looks for this very function. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to make it stand out; see above
const allowLoopback: (configuration: Configuration) => void = allowInsecureRequests;

/** Basic is what OpenID Connect means where a provider names nothing. */
function clientAuth(server: ServerMetadata, secret: string | null): ClientAuth {
  if (secret === null) return None();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic')
    ? ClientSecretBasic(secret)
    : ClientSecretPost(secret);
}

function toTokens(answer: TokenEndpointResponse & TokenEndpointResponseHelpers): Tokens {
  return {
    idToken: answer.id_token ?? null,
    claims: answer.claims() ?? {},
    refreshToken: answer.refresh_token ?? null,
  };
}

function toFault(caught: unknown): ProviderFault {
  if (caught instanceof AuthorizationResponseError) {
    const kind = /^(server_error|temporarily_unavailable)$/.test(caught.error) ? 'away' : 'denied';
    return { kind, message: `the provider answered ${word(caught.error)}` };
  }
  if (caught instanceof ResponseBodyError) {
    const kind = caught.status >= 500 ? 'away' : 'invalid';
    return { kind, message: `the provider answered ${word(caught.error)}` };
  }
  const code = caught instanceof Error && 'code' in caught ? String(caught.code) : '';
  // Codes of the library begin so; a status that makes no sense says that it is not the provider which answers.
  if (
    /^OAUTH_/.test(code) &&
    !/_(TIMEOUT|ABORT|PARSE_ERROR|IS_NOT_JSON|IS_NOT_CONFORM)$/.test(code)
  ) {
    return { kind: 'invalid', message: code };
  }
  const name = caught instanceof Error ? caught.name : 'Error';
  return { kind: 'away', message: code === '' ? name : code };
}

/** What others wrote goes to the log only as one word. */
function word(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]/g, '').slice(0, 60);
}
