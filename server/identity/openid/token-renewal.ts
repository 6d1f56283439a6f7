import { createHash } from 'node:crypto';
import type { Result } from '@/mesh/result';
import type { EndedSessions } from '@/server/identity/ended-sessions';
import type { OpenIdProvider, ProviderFault, Tokens } from '@/server/identity/openid/provider';
import type { Clock } from '@/server/ports';

/** How long what a refresh token was traded for is given to requests that still come with it. */
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 1_000;
/** How long one replica is left alone with a refresh token. */
const CLAIM_MS = 20_000;

/** New tokens, a fault, or `elsewhere`: another replica is trading this refresh token just now. */
export type Renewal = Result<Tokens, ProviderFault> | 'elsewhere';

/**
 * Trades refresh tokens, each once: many providers take a second use for theft and end the whole login. Requests of several
 * tabs share one trade; replicas claim it through the notes that they share.
 */
export class TokenRenewal {
  private readonly trades = new Map<
    string,
    { readonly atMs: number; readonly answer: Promise<Renewal> }
  >();

  constructor(
    private readonly provider: OpenIdProvider,
    private readonly ended: EndedSessions,
    private readonly clock: Clock,
  ) {}

  /** What a refresh token was or is now traded for. */
  async renew(refreshToken: string): Promise<Renewal> {
    const key = createHash('sha256').update(refreshToken).digest('base64url');
    this.forgetOld();
    const known = this.trades.get(key);
    if (known !== undefined) return known.answer;
    const answer = this.trade(key, refreshToken);
    this.trades.set(key, { atMs: this.clock.now(), answer });
    const result = await answer;
    const isFinal = result !== 'elsewhere' && (result.ok || result.error.kind !== 'away');
    if (!isFinal) this.trades.delete(key);
    return result;
  }

  private async trade(key: string, refreshToken: string): Promise<Renewal> {
    if (!(await this.ended.claim(key, CLAIM_MS))) return 'elsewhere';
    return this.provider.refresh(refreshToken);
  }

  private forgetOld(): void {
    const surplus = this.trades.size - MOST_REMEMBERED;
    for (const [index, [key, { atMs }]] of [...this.trades].entries()) {
      if (index >= surplus && this.clock.now() - atMs < REMEMBERED_MS) return;
      this.trades.delete(key);
    }
  }
}
