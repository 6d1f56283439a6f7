import { randomBytes } from 'node:crypto';
import type { Session } from '@/server/identity/session';
import { endOf, parseSession } from '@/server/identity/session';
import {
  clearCookies,
  MOST_CHARACTERS,
  readCookies,
  readValue,
  setCookies,
  type CookieScope,
} from '@/server/identity/cookies';
import type { EndedSessions } from '@/server/identity/ended-sessions';
import type { Sealer } from '@/server/identity/sealer';
import type { RequestOrigins } from '@/server/http/request-origin';
import type { Clock } from '@/server/ports';

const COOKIE = 'fanari-session';

/** How long sessions last, and where their cookies are set. */
export interface SessionRules {
  readonly idleMs: number;
  readonly maxMs: number;
  readonly basePath: string;
}

/** What of a new session is not the same for all. */
export type SessionStart = Omit<Session, 'version' | 'id' | 'startedMs' | 'idleEndsMs' | 'endsMs'>;

/** A session of a request. */
export interface ReadSession {
  readonly session: Session;
  /** Whether its cookie should be made anew: a good part of its time has passed, or a newer key seals now. */
  readonly isDue: boolean;
}

/** Sessions in sealed cookies: any replica with the keys serves them, and none keeps them. */
export class Sessions {
  constructor(
    private readonly rules: SessionRules,
    private readonly sealer: Sealer,
    private readonly ended: EndedSessions,
    private readonly origins: RequestOrigins,
    private readonly clock: Clock,
  ) {}

  /** A new session, under an id of its own: nothing that a browser brought along becomes one. */
  begin(start: SessionStart): Session {
    const nowMs = this.clock.now();
    return this.renewed({
      ...start,
      version: 1,
      id: randomBytes(16).toString('base64url'),
      startedMs: nowMs,
      idleEndsMs: nowMs,
      endsMs: nowMs + this.rules.maxMs,
    });
  }

  /** The same session, used just now. */
  renewed(session: Session): Session {
    return { ...session, idleEndsMs: this.clock.now() + this.rules.idleMs };
  }

  /** The session of a request; `null` without one, and when it is forged, over or logged out. Its token may have ended. */
  async read(headers: Headers): Promise<ReadSession | null> {
    const cookies = readCookies(headers.get('cookie'));
    const sealed = readValue(cookies, COOKIE, this.scopeOf(headers));
    if (sealed === null) return null;
    const opened = await this.sealer.open(sealed);
    const session = opened === null ? null : parseSession(opened.value);
    if (opened === null || session === null) return null;
    const nowMs = this.clock.now();
    if (session.idleEndsMs <= nowMs || session.endsMs <= nowMs) return null;
    if (await this.ended.has(session.id)) return null;
    const usedMs = this.rules.idleMs - (session.idleEndsMs - nowMs);
    return { session, isDue: usedMs > this.rules.idleMs / 3 || !opened.isFresh };
  }

  /** `Set-Cookie` lines that keep a session; `null` when it is too large for cookies. */
  async keep(session: Session, headers: Headers): Promise<readonly string[] | null> {
    const sealed = await this.sealer.seal(session);
    if (sealed.length > MOST_CHARACTERS) return null;
    const nowMs = this.clock.now();
    // A token that has ended can still be followed by another one.
    const endsMs =
      session.refreshToken === null ? endOf(session) : endOf({ ...session, tokenEndsMs: null });
    return setCookies(COOKIE, sealed, (endsMs - nowMs) / 1000, this.scopeOf(headers));
  }

  /** `Set-Cookie` lines that take the session of a browser away. */
  clear(headers: Headers): readonly string[] {
    return clearCookies(COOKIE, this.scopeOf(headers));
  }

  /** Ends a session for good: none of its cookies is accepted any more, on any replica that shares what has ended. */
  async end(session: Session): Promise<void> {
    const untilMs = Math.min(session.endsMs, this.clock.now() + this.rules.idleMs);
    await this.ended.add(session.id, untilMs);
  }

  /** How a browser keeps the cookies of this request's address. */
  scopeOf(headers: Headers): CookieScope {
    return { isHttps: this.origins.isHttps(headers), basePath: this.rules.basePath };
  }

  /** Seconds until the cookie should be made anew. */
  renewInSeconds(session: Session): number {
    const nowMs = this.clock.now();
    const dueMs = session.idleEndsMs - (this.rules.idleMs * 2) / 3;
    const nextMs = Math.min(dueMs, session.refreshAtMs ?? Infinity);
    return Math.max(1, Math.ceil((nextMs - nowMs) / 1000));
  }
}
