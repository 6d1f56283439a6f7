import type { Problem } from '@/contract/problem';
import { returnPath } from '@/contract/return-path';
import { fail, ok, type Result } from '@/mesh/result';
import type { OidcMode } from '@/server/config';
import type { Access, BearerTokens } from '@/server/identity/bearer';
import type { Warn } from '@/server/identity/ended-sessions';
import {
  NOBODY,
  type Asker,
  type Departure,
  type Identity,
  type SessionAnswer,
} from '@/server/identity/identity';
import { toImpersonation, type Person } from '@/server/identity/impersonation';
import { loginNeeded } from '@/server/identity/login-problems';
import type { LoginThrottle } from '@/server/identity/login-throttle';
import { toPerson, type ClaimRules } from '@/server/identity/openid/claims';
import type { PendingLogin, PendingLogins } from '@/server/identity/openid/pending-logins';
import type { OpenIdProvider, Tokens } from '@/server/identity/openid/provider';
import type { TokenRenewal } from '@/server/identity/openid/token-renewal';
import type { Session } from '@/server/identity/session';
import { describeSession, viewerOfSession } from '@/server/identity/session-identity';
import type { Sessions } from '@/server/identity/sessions';
import type { RequestOrigins } from '@/server/http/request-origin';
import type { Viewer } from '@/server/identity/viewer';
import type { Clock, Credential } from '@/server/ports';

const STRATEGY = 'openid';

/** Path of the address to which the provider sends browsers back, below the base path. */
export const CALLBACK_PATH = '/api/v1/session/openid/callback';

/** Why a login failed, as the login page is told. */
type LoginFault =
  | 'denied'
  | 'expired'
  | 'failed'
  | 'provider-away'
  | 'cluster-away'
  | 'not-accepted'
  | 'name'
  | 'too-large'
  | 'too-many';

/** What logging in at a provider needs. */
export interface OpenIdParts {
  readonly provider: OpenIdProvider;
  readonly pending: PendingLogins;
  readonly renewal: TokenRenewal;
  readonly sessions: Sessions;
  readonly tokens: BearerTokens;
  readonly throttle: LoginThrottle;
  readonly access: Access;
  readonly origins: RequestOrigins;
  readonly clock: Clock;
  readonly warn: Warn;
}

/** How it is done. */
export interface OpenIdRules extends ClaimRules {
  readonly mode: OidcMode;
  readonly basePath: string;
}

/** People log in at an OpenID provider. */
export class OpenIdIdentity implements Identity {
  readonly openId = {
    begin: async (asker: Asker, returnTo: string) => this.begin(asker, returnTo),
    finish: async (asker: Asker, search: URLSearchParams) => this.finish(asker, search),
  };

  constructor(
    private readonly parts: OpenIdParts,
    private readonly rules: OpenIdRules,
  ) {}

  async viewerOf(asker: Asker): Promise<Result<Viewer, Problem>> {
    const { sessions, tokens, clock } = this.parts;
    // Programs may send an ID token where the API server is the one that judges it.
    const program = this.rules.mode === 'bearer' ? await tokens.viewerOf(asker, STRATEGY) : null;
    if (program !== null) return program;
    const read = await sessions.read(asker.headers);
    if (read === null) return fail(loginNeeded('There is no session, or it has ended.'));
    return viewerOfSession(read.session, clock.now());
  }

  async sessionOf({ headers }: Asker): Promise<SessionAnswer> {
    const { sessions, clock } = this.parts;
    const read = await sessions.read(headers);
    if (read === null) return this.nobody();
    const { session } = read;
    const isRefreshDue = session.refreshAtMs !== null && session.refreshAtMs <= clock.now();
    if (isRefreshDue) return this.refreshed(session, headers);
    if (!viewerOfSession(session, clock.now()).ok) return this.nobody();
    if (!read.isDue) return this.somebody(session, []);
    const renewed = sessions.renewed(session);
    return this.somebody(renewed, (await sessions.keep(renewed, headers)) ?? []);
  }

  async logOut({
    headers,
  }: Asker): Promise<{ readonly to: string | null; readonly cookies: readonly string[] }> {
    const { sessions, provider, origins, warn } = this.parts;
    const cookies = sessions.clear(headers);
    const read = await sessions.read(headers);
    if (read === null) return { to: null, cookies };
    const { refreshToken } = read.session;
    const [, revoked] = await Promise.all([
      sessions.end(read.session),
      refreshToken === null ? ok(null) : provider.revoke(refreshToken),
    ]);
    if (!revoked.ok) warn('a refresh token was not revoked', { reason: revoked.error.message });
    const back = `${origins.publicOriginOf(headers).origin}${this.rules.basePath}/login`;
    return { to: await provider.logoutUrl(back), cookies };
  }

  private async begin({ headers }: Asker, returnTo: string): Promise<Departure> {
    const { pending, provider, sessions, warn } = this.parts;
    const { login, cookies } = await pending.begin(headers, returnTo, sessions.scopeOf(headers));
    const url = await provider.authorizationUrl(this.callbackOf(headers).href, login.checks);
    if (url.ok) return { to: url.value.href, cookies };
    warn('a login cannot begin', { reason: url.error.message });
    return loginPage('provider-away', login.returnTo, []);
  }

  private async finish(asker: Asker, search: URLSearchParams): Promise<Departure> {
    const { pending, sessions, throttle } = this.parts;
    const state = search.get('state') ?? '';
    const begun = await pending.finish(asker.headers, state, sessions.scopeOf(asker.headers));
    if (begun === null) return loginPage('expired', '/', []);
    const { login, cookie } = begun;
    const attempt = throttle.begin(asker.remote);
    if (!('forgive' in attempt)) return loginPage('too-many', login.returnTo, [cookie]);
    const session = await this.logIn(asker, login, search);
    if (!session.ok) {
      if (session.error.endsWith('-away')) attempt.forgive();
      return loginPage(session.error, login.returnTo, [cookie]);
    }
    attempt.forgive();
    const kept = await sessions.keep(session.value, asker.headers);
    if (kept === null) return loginPage('too-large', login.returnTo, [cookie]);
    return { to: login.returnTo, cookies: [cookie, ...kept] };
  }

  private async logIn(
    asker: Asker,
    { checks }: PendingLogin,
    search: URLSearchParams,
  ): Promise<Result<Session, LoginFault>> {
    const { provider, sessions, warn } = this.parts;
    const callback = this.callbackOf(asker.headers);
    callback.search = search.toString();
    const tokens = await provider.exchange(callback, checks);
    if (!tokens.ok) {
      const { kind, message } = tokens.error;
      warn('a login at the provider failed', { reason: message });
      return fail(({ denied: 'denied', invalid: 'failed', away: 'provider-away' } as const)[kind]);
    }
    const { claims, idToken, refreshToken } = tokens.value;
    const person = await this.personOf(claims, idToken, asker.signal);
    if (!person.ok) return person;
    return ok(
      sessions.begin({
        strategy: STRATEGY,
        ...{ user: person.value.user, groups: [...person.value.groups] },
        ...{ subject: textOf(claims['sub']), refreshToken },
        ...this.timesOf(tokens.value, refreshToken),
      }),
    );
  }

  /** Who it is to the API server, which is asked whether it accepts them. */
  private async personOf(
    claims: Tokens['claims'],
    idToken: string | null,
    signal: AbortSignal,
  ): Promise<
    Result<{ readonly user: string | null; readonly groups: readonly string[] }, LoginFault>
  > {
    const { access, warn } = this.parts;
    let credential: Credential;
    let person: Person | null = null;
    if (this.rules.mode === 'bearer') {
      if (idToken === null) return fail('failed');
      credential = { kind: 'bearer', token: idToken };
    } else {
      const named = toPerson(claims, this.rules);
      const as = named.ok ? toImpersonation(named.value) : named;
      if (!as.ok) {
        warn('a login was refused', { reason: as.error });
        return fail('name');
      }
      credential = as.value;
      person = as.value;
    }
    const answer = await access(credential).whoAmI({ signal });
    if (answer.ok) return ok(person ?? answer.value);
    const { kind, message } = answer.error;
    warn('the API server did not accept a login', { reason: message });
    return fail(kind === 'unauthorized' || kind === 'forbidden' ? 'not-accepted' : 'cluster-away');
  }

  /** In place of a session whose tokens are to be renewed: one with new ones, or what is left of it. */
  private async refreshed(session: Session, headers: Headers): Promise<SessionAnswer> {
    const { renewal, sessions, clock, warn } = this.parts;
    const { refreshToken } = session;
    const answer = refreshToken === null ? null : await renewal.renew(refreshToken);
    const isAlive = viewerOfSession(session, clock.now()).ok;
    if (answer === null || answer === 'elsewhere') {
      const told = await this.somebody(session, []);
      return { ...told, session: { ...told.session, isRenewing: !isAlive, renewInSeconds: 1 } };
    }
    if (answer.ok) {
      const renewed = this.withTokens(session, answer.value);
      if (renewed.ok) {
        const cookies = await sessions.keep(renewed.value, headers);
        if (cookies !== null) return this.somebody(renewed.value, cookies);
      } else warn('a login ended', { reason: renewed.error });
      return { session: this.nobody().session, cookies: sessions.clear(headers) };
    }
    warn('a login was not renewed', { reason: answer.error.message });
    // Another replica may have been faster, and its cookie is in the browser by now: nothing is taken away.
    if (!isAlive) return this.nobody();
    const told = await this.somebody(session, []);
    return { ...told, session: { ...told.session, renewInSeconds: RETRY_SECONDS } };
  }

  private withTokens(session: Session, tokens: Tokens): Result<Session, string> {
    const { sessions } = this.parts;
    const refreshToken = tokens.refreshToken ?? session.refreshToken;
    const times = this.timesOf(tokens, refreshToken);
    if (tokens.idToken === null) {
      const isBearer = this.rules.mode === 'bearer';
      const { token, tokenEndsMs } = session;
      // Nothing new to show to the API server, now and later: the login ends with the token there is.
      const left = isBearer ? { token, tokenEndsMs, refreshAtMs: null } : {};
      return ok(sessions.renewed({ ...session, refreshToken, ...times, ...left }));
    }
    if (textOf(tokens.claims['sub']) !== session.subject)
      return fail('the provider named another user');
    const renewed = sessions.renewed({ ...session, refreshToken, ...times });
    if (this.rules.mode === 'bearer') return ok(renewed);
    const named = toPerson(tokens.claims, this.rules);
    const as = named.ok ? toImpersonation(named.value) : named;
    return as.ok ? ok({ ...renewed, user: as.value.user, groups: [...as.value.groups] }) : as;
  }

  /** Tokens to keep, and when they are to be renewed: after two thirds of the life of an ID token. */
  private timesOf(
    { idToken, claims }: Tokens,
    refreshToken: string | null,
  ): Pick<Session, 'token' | 'tokenEndsMs' | 'refreshAtMs'> {
    const nowMs = this.parts.clock.now();
    const isBearer = this.rules.mode === 'bearer';
    const endsMs =
      typeof claims['exp'] === 'number' ? claims['exp'] * 1000 : nowMs + DEFAULT_LIFE_MS;
    const lifeMs = Math.max(0, endsMs - nowMs);
    return {
      token: isBearer ? idToken : null,
      // What is claimed of somebody is believed as long as their ID token, where it can be renewed; else for a session.
      tokenEndsMs: isBearer || refreshToken !== null ? endsMs : null,
      refreshAtMs:
        refreshToken === null ? null : nowMs + Math.max(MIN_REFRESH_MS, (lifeMs * 2) / 3),
    };
  }

  private async somebody(session: Session, cookies: readonly string[]): Promise<SessionAnswer> {
    const { sessions, clock } = this.parts;
    const described = describeSession(session, sessions, clock.now());
    const provider = this.providerName();
    return Promise.resolve({ session: { ...described, strategy: STRATEGY, provider }, cookies });
  }

  private nobody(): SessionAnswer {
    const session = { ...NOBODY, strategy: STRATEGY, provider: this.providerName() } as const;
    return { session, cookies: [] };
  }

  private providerName(): string {
    return new URL(this.rules.issuer).host;
  }

  private callbackOf(headers: Headers): URL {
    const origin = this.parts.origins.publicOriginOf(headers);
    return new URL(`${this.rules.basePath}${CALLBACK_PATH}`, origin);
  }
}

/** Renewal is not tried more often, however short tokens live. */
const MIN_REFRESH_MS = 5_000;
const RETRY_SECONDS = 10;
const DEFAULT_LIFE_MS = 300_000;

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function loginPage(fault: LoginFault, returnTo: string, cookies: readonly string[]): Departure {
  const search = new URLSearchParams({ fault });
  if (returnPath(returnTo) !== '/') search.set('returnTo', returnTo);
  return { to: `/login?${search.toString()}`, cookies };
}
