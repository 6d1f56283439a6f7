import { decodeJwt } from 'jose';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import { cleanToken, type BearerTokens } from '@/server/identity/bearer';
import { NOBODY, type Asker, type Identity, type SessionAnswer } from '@/server/identity/identity';
import { loginNeeded, loginRefused, sessionTooLarge } from '@/server/identity/login-problems';
import { describeSession, viewerOfSession } from '@/server/identity/session-identity';
import type { Sessions } from '@/server/identity/sessions';
import type { Viewer } from '@/server/identity/viewer';
import type { Clock } from '@/server/ports';

const STRATEGY = 'token';

/** When a token ends by its own word, epoch milliseconds; `null` when it does not tell. */
function endOfToken(token: string): number | null {
  try {
    const { exp } = decodeJwt(token);
    return exp === undefined ? null : exp * 1000;
  } catch {
    return null;
  }
}

/** People paste a token of the API server; programs send it with each request. */
export class TokenIdentity implements Identity {
  constructor(
    private readonly sessions: Sessions,
    private readonly tokens: BearerTokens,
    private readonly clock: Clock,
  ) {}

  async viewerOf(asker: Asker): Promise<Result<Viewer, Problem>> {
    const program = await this.tokens.viewerOf(asker, STRATEGY);
    if (program !== null) return program;
    const read = await this.sessions.read(asker.headers);
    if (read === null) return fail(loginNeeded('There is no session, or it has ended.'));
    return viewerOfSession(read.session, this.clock.now());
  }

  async sessionOf({ headers }: Asker): Promise<SessionAnswer> {
    const read = await this.sessions.read(headers);
    const nowMs = this.clock.now();
    if (read === null || !viewerOfSession(read.session, nowMs).ok) {
      return { session: { ...NOBODY, strategy: STRATEGY }, cookies: [] };
    }
    const session = read.isDue ? this.sessions.renewed(read.session) : read.session;
    const cookies = read.isDue ? await this.sessions.keep(session, headers) : [];
    const described = describeSession(session, this.sessions, nowMs);
    return {
      session: { ...described, strategy: STRATEGY, provider: null },
      cookies: cookies ?? [],
    };
  }

  readonly logInWithToken = async (
    given: string,
    asker: Asker,
  ): Promise<Result<SessionAnswer, Problem>> => {
    const token = cleanToken(given);
    if (token === null) return fail(loginRefused());
    const name = await this.tokens.check(token, asker);
    if (!name.ok) return name;
    const { user, groups } = name.value;
    const session = this.sessions.begin({
      strategy: STRATEGY,
      user,
      groups: [...groups],
      token,
      tokenEndsMs: endOfToken(token),
      refreshToken: null,
      refreshAtMs: null,
      subject: null,
    });
    const cookies = await this.sessions.keep(session, asker.headers);
    if (cookies === null) return fail(sessionTooLarge());
    const described = describeSession(session, this.sessions, this.clock.now());
    return ok({ session: { ...described, strategy: STRATEGY, provider: null }, cookies });
  };

  async logOut({
    headers,
  }: Asker): Promise<{ readonly to: null; readonly cookies: readonly string[] }> {
    const read = await this.sessions.read(headers);
    if (read !== null) await this.sessions.end(read.session);
    return { to: null, cookies: this.sessions.clear(headers) };
  }
}
