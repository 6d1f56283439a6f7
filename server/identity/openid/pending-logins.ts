import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { returnPath } from '@/contract/return-path';
import { cookiesNamed, readCookies, setCookie, type CookieScope } from '@/server/identity/cookies';
import type { LoginChecks } from '@/server/identity/openid/provider';
import type { Sealer } from '@/server/identity/sealer';
import type { Clock } from '@/server/ports';

const PREFIX = 'fanari-login-';
const LASTS_MS = 10 * 60_000;
/** Logins begun in several tabs; beyond these all are given up, so that cookies cannot fill a request. */
const MOST_BEGUN = 4;

const pendingSchema = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  endsMs: z.number(),
});

/** A login that a browser began at the provider. */
export interface PendingLogin {
  readonly checks: LoginChecks;
  /** Path to go to afterwards. */
  readonly returnTo: string;
}

/** What binds a login to the browser that began it: one sealed cookie for each, for some minutes. */
export class PendingLogins {
  constructor(
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /** Begins a login with random checks. */
  async begin(
    headers: Headers,
    returnTo: string,
    scope: CookieScope,
  ): Promise<{ readonly login: PendingLogin; readonly cookies: readonly string[] }> {
    const random = () => randomBytes(32).toString('base64url');
    const checks = { state: random(), nonce: random(), verifier: random() };
    const begun = cookiesNamed(readCookies(headers.get('cookie')), PREFIX, scope);
    const surplus = begun.length >= MOST_BEGUN ? begun : [];
    const endsMs = this.clock.now() + LASTS_MS;
    const login = { checks, returnTo: returnPath(returnTo) };
    const sealed = await this.sealer.seal({ ...checks, returnTo: login.returnTo, endsMs });
    const cookie = setCookie(nameOf(checks.state), sealed, LASTS_MS / 1000, scope);
    return {
      login,
      cookies: [...surplus.map(({ name }) => setCookie(name, '', 0, scope)), cookie],
    };
  }

  /** The login that a state belongs to, and the line that takes its cookie away; `null` when this browser began none. */
  async finish(
    headers: Headers,
    state: string,
    scope: CookieScope,
  ): Promise<{ readonly login: PendingLogin; readonly cookie: string } | null> {
    const name = nameOf(state);
    const found = cookiesNamed(readCookies(headers.get('cookie')), name, scope)[0];
    const opened = found === undefined ? null : await this.sealer.open(found.value);
    const parsed = pendingSchema.safeParse(opened?.value);
    if (!parsed.success || parsed.data.state !== state) return null;
    const { nonce, verifier, returnTo, endsMs } = parsed.data;
    if (endsMs <= this.clock.now()) return null;
    const login = { checks: { state, nonce, verifier }, returnTo: returnPath(returnTo) };
    return { login, cookie: setCookie(name, '', 0, scope) };
  }
}

function nameOf(state: string): string {
  return PREFIX + state.replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, 12);
}
