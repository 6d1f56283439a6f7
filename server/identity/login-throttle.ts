import { isIP } from 'node:net';

/** How many logins may fail before more are refused for a while. */
const LIMITS = { windowMs: 5 * 60_000, perAddress: 10, overall: 300 } as const;
const MOST_ADDRESSES = 10_000;

interface Attempts {
  readonly sinceMs: number;
  count: number;
}

/** A login that was let through and is not decided yet. */
export interface Attempt {
  /** It succeeded, or failed through nobody's fault: it does not count. */
  forgive(): void;
}

/**
 * Refuses logins after too many failed, for each address and for all together, so that tokens cannot be guessed nor upstreams
 * flooded. An attempt counts from its beginning, so that many at once count, too. Memory is bounded: beyond its bound the
 * oldest address is forgotten, and the limit for all still holds.
 */
export class LoginThrottle {
  private readonly addresses = new Map<string, Attempts>();
  private overall: Attempts = { sinceMs: 0, count: 0 };

  constructor(private readonly now: () => number) {}

  /** Begins an attempt; seconds to wait when there were too many. `address`: `null` when not known. */
  begin(address: string | null): Attempt | { readonly retryAfterSeconds: number } {
    const nowMs = this.now();
    if (nowMs - this.overall.sinceMs >= LIMITS.windowMs)
      this.overall = { sinceMs: nowMs, count: 0 };
    const key = networkOf(address);
    const own = this.attemptsOf(key, nowMs);
    const { overall } = this;
    const full =
      own.count >= LIMITS.perAddress ? own : overall.count >= LIMITS.overall ? overall : null;
    if (full !== null) {
      return { retryAfterSeconds: Math.ceil((full.sinceMs + LIMITS.windowMs - nowMs) / 1000) };
    }
    own.count += 1;
    overall.count += 1;
    let isForgiven = false;
    return {
      forgive() {
        if (isForgiven) return;
        isForgiven = true;
        own.count -= 1;
        overall.count -= 1;
      },
    };
  }

  private attemptsOf(key: string, nowMs: number): Attempts {
    const known = this.addresses.get(key);
    if (known !== undefined && nowMs - known.sinceMs < LIMITS.windowMs) return known;
    const begun = { sinceMs: nowMs, count: 0 };
    this.addresses.delete(key);
    this.addresses.set(key, begun);
    const [oldest] = this.addresses.keys();
    if (this.addresses.size > MOST_ADDRESSES && oldest !== undefined) this.addresses.delete(oldest);
    return begun;
  }
}

/** One machine has a whole /64 of IPv6 addresses. */
function networkOf(address: string | null): string {
  if (address === null || isIP(address) !== 6) return address ?? '';
  const [head = '', tail = ''] = address.split('%')[0]?.split('::') ?? [];
  const left = head.split(':').filter((group) => group !== '');
  const right = tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = address.includes('::') ? [...left, ...zeros, ...right] : left;
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
