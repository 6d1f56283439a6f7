import { createHash } from 'node:crypto';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import type { Asker } from '@/server/identity/identity';
import { loginRefused, tooManyLogins } from '@/server/identity/login-problems';
import type { LoginThrottle } from '@/server/identity/login-throttle';
import type { Viewer } from '@/server/identity/viewer';
import type { AccountAccess, AccountName, Clock, Credential } from '@/server/ports';
import { sourceProblem } from '@/server/usecases/problems';

/** Gives access to the API server with a credential. */
export type Access = (credential: Credential) => AccountAccess;

/** How long the API server's word on a token that programs send is believed, and for how many of them. */
const BELIEVED_MS = 60_000;
const MOST_TOKENS = 1_000;

interface Known {
  readonly atMs: number;
  readonly name: Promise<Result<AccountName, Problem>>;
}

/** A key that tells tokens apart and from which none can be made. */
export function tokenKey(token: string): string {
  return `bearer ${createHash('sha256').update(token).digest('base64url')}`;
}

/** A token without the space around it that copying leaves; `null` when it can be none. */
export function cleanToken(given: string): string | null {
  const token = given.trim();
  return token.length <= 16_000 && /^[A-Za-z0-9._~+/=-]+$/.test(token) ? token : null;
}

/** Asks the API server whose a token is. What it refuses counts as a failed login. */
export class BearerTokens {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly access: Access,
    private readonly throttle: LoginThrottle,
    private readonly clock: Clock,
  ) {}

  /** The account of a token, asked anew. */
  async check(token: string, { remote, signal }: Asker): Promise<Result<AccountName, Problem>> {
    const attempt = this.throttle.begin(remote);
    if (!('forgive' in attempt)) return fail(tooManyLogins(attempt.retryAfterSeconds));
    const answer = await this.access({ kind: 'bearer', token }).whoAmI({ signal });
    if (answer.ok) {
      attempt.forgive();
      return answer;
    }
    if (answer.error.kind === 'unauthorized') return fail(loginRefused());
    attempt.forgive();
    return fail(sourceProblem(answer.error));
  }

  /** The viewer that a program's `Authorization` header stands for; `null` when there is no such header. */
  async viewerOf(
    asker: Asker,
    strategy: Viewer['strategy'],
  ): Promise<Result<Viewer, Problem> | null> {
    const header = asker.headers.get('authorization');
    const given = /^bearer (.+)$/i.exec(header ?? '')?.[1];
    if (given === undefined) return null;
    const token = cleanToken(given);
    if (token === null) return fail(loginRefused());
    const name = await this.remembered(token, asker);
    if (!name.ok) return name;
    const { user, groups } = name.value;
    const key = tokenKey(token);
    return ok({
      strategy,
      user,
      groups,
      credential: { kind: 'bearer', token },
      key,
      expiresAtMs: null,
    });
  }

  private async remembered(token: string, asker: Asker): Promise<Result<AccountName, Problem>> {
    const key = tokenKey(token);
    const nowMs = this.clock.now();
    const known = this.known.get(key);
    if (known !== undefined && nowMs - known.atMs < BELIEVED_MS) return known.name;
    // Shared by all who ask meanwhile, so nobody's going ends it; the call has a deadline of its own.
    const name = this.check(token, { ...asker, signal: NEVER });
    this.known.delete(key);
    this.known.set(key, { atMs: nowMs, name });
    const [oldest] = this.known.keys();
    if (this.known.size > MOST_TOKENS && oldest !== undefined) this.known.delete(oldest);
    const answer = await name;
    // What was refused is asked again, so that guesses count.
    if (!answer.ok) this.known.delete(key);
    return answer;
  }
}

const NEVER = new AbortController().signal;
