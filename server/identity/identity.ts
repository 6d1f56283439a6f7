import type { Problem } from '@/contract/problem';
import type { SessionResponse } from '@/contract/session';
import { ok, type Result } from '@/mesh/result';
import { ANYBODY, type Viewer } from '@/server/identity/viewer';

/** What an answer about a session says, and what the browser is to keep. */
export interface SessionAnswer {
  readonly session: SessionResponse;
  /** `Set-Cookie` lines. */
  readonly cookies: readonly string[];
}

/** Where a browser is sent, and what it is to keep. */
export interface Departure {
  /** Absolute URL of another site, or a path below the base path. */
  readonly to: string;
  readonly cookies: readonly string[];
}

/** What has to be known of a request to judge a login. */
export interface Asker {
  readonly headers: Headers;
  /** Address of the client; `null` when not known. */
  readonly remote: string | null;
  readonly signal: AbortSignal;
}

/** Finds out who sent a request, and logs people in and out. */
export interface Identity {
  /** The viewer of a request; a problem with status 401 where they must log in first. */
  viewerOf(asker: Asker): Promise<Result<Viewer, Problem>>;
  /** Who asks and how to log in. Makes the session last on where that is due; only this does, so that it happens once. */
  sessionOf(asker: Asker): Promise<SessionAnswer>;
  /** Ends the session. `to`: where the browser should go, to log out at a provider too; `null`: nowhere. */
  logOut(
    asker: Asker,
  ): Promise<{ readonly to: string | null; readonly cookies: readonly string[] }>;
  /** Logs in with a token of the API server; absent where that is not offered. */
  readonly logInWithToken?: (
    token: string,
    asker: Asker,
  ) => Promise<Result<SessionAnswer, Problem>>;
  /** Logs in at an OpenID provider; absent where that is not offered. */
  readonly openId?: {
    readonly begin: (asker: Asker, returnTo: string) => Promise<Departure>;
    readonly finish: (asker: Asker, search: URLSearchParams) => Promise<Departure>;
  };
}

/** No login: everybody has the rights of Fanari's own account. */
export class AnonymousIdentity implements Identity {
  async viewerOf(): Promise<Result<Viewer, Problem>> {
    return Promise.resolve(ok(ANYBODY));
  }

  async sessionOf(): Promise<SessionAnswer> {
    const session: SessionResponse = { ...NOBODY, strategy: 'anonymous', isLoggedIn: true };
    return Promise.resolve({ session, cookies: [] });
  }

  async logOut(): Promise<{ readonly to: null; readonly cookies: readonly string[] }> {
    return Promise.resolve({ to: null, cookies: [] });
  }
}

/** What is told of a browser without a session. */
export const NOBODY: Omit<SessionResponse, 'strategy'> = {
  isLoggedIn: false,
  isRenewing: false,
  user: null,
  groups: [],
  expiresInSeconds: null,
  renewInSeconds: null,
  canLogOut: false,
  provider: null,
};
