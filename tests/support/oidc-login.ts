import { createHash, randomBytes } from 'node:crypto';
import { logIn, type OidcClient } from '@/tests/support/oidc-provider';
import { PlainBrowser, type Page } from '@/tests/support/plain-browser';

/** What a token endpoint answers; `error` alone when it refuses. */
export interface Tokens {
  readonly id_token: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly error?: string;
}

/** What a provider publishes about itself. */
export interface Discovery {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
  readonly end_session_endpoint: string;
  readonly jwks_uri: string;
}

/** Parameters of the authorization request, in place of the usual ones. */
export type AuthorizationParameters = Readonly<Record<string, string>>;

/** Another application that logs users in, by the protocol alone: a judge of the provider and a source of tokens. */
export class OidcLogin {
  private readonly verifier = randomBytes(32).toString('base64url');
  /** The parameters of PKCE. */
  readonly pkce = {
    code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  private readonly direct: PlainBrowser;

  /** `ca`: PEM, where the issuer is https. */
  constructor(
    private readonly issuer: string,
    private readonly client: OidcClient,
    private readonly ca?: string,
  ) {
    this.direct = new PlainBrowser(ca === undefined ? {} : { ca });
  }

  async discovery(): Promise<Discovery> {
    const { text } = await this.direct.open(`${this.issuer}/.well-known/openid-configuration`);
    return JSON.parse(text) as Discovery;
  }

  /** A browser that stops where the provider sends it back to the application. */
  browser(): PlainBrowser {
    const leaveAt = this.redirectUri;
    return new PlainBrowser({ leaveAt, ...(this.ca === undefined ? {} : { ca: this.ca }) });
  }

  /** Logs a user in; gives the parameters with which the provider sends the browser back. */
  async authorize(
    user: string,
    more: AuthorizationParameters = this.pkce,
    browser = this.browser(),
  ): Promise<Readonly<Record<string, string>>> {
    const query = new URLSearchParams({
      client_id: this.client.id,
      redirect_uri: this.redirectUri,
      response_type: 'code',
      scope: 'openid profile groups',
      state: 's',
      ...more,
    });
    const { authorization_endpoint } = await this.discovery();
    const page = await logIn(browser, `${authorization_endpoint}?${query.toString()}`, user);
    return Object.fromEntries(new URL(page.url).searchParams);
  }

  /** The whole flow: tokens of a user. */
  async tokensOf(user: string): Promise<Tokens> {
    const { code = '' } = await this.authorize(user);
    return this.exchange(code);
  }

  exchange(code: string, verifier = this.verifier): Promise<Tokens> {
    const redirect_uri = this.redirectUri;
    return this.token({
      ...{ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri },
    });
  }

  refresh(refreshToken: string): Promise<Tokens> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  async revoke(token: string): Promise<Page> {
    return this.send((await this.discovery()).revocation_endpoint, { token });
  }

  private get redirectUri(): string {
    return this.client.redirectUris[0] ?? '';
  }

  private async token(fields: Readonly<Record<string, string>>): Promise<Tokens> {
    const { text } = await this.send((await this.discovery()).token_endpoint, fields);
    return JSON.parse(text) as Tokens;
  }

  private send(url: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const { id, secret } = this.client;
    const accept = 'application/json';
    if (secret === null) return this.direct.post(url, { ...fields, client_id: id }, { accept });
    const authorization = `Basic ${btoa(`${id}:${secret}`)}`;
    return this.direct.post(url, fields, { accept, authorization });
  }
}
