import type { Problem } from '@/contract/problem';
import type { SessionResponse } from '@/contract/session';
import { fail, ok, type Result } from '@/mesh/result';
import { tokenKey } from '@/server/identity/bearer';
import { toImpersonation } from '@/server/identity/impersonation';
import { loginNeeded } from '@/server/identity/login-problems';
import { endOf, type Session } from '@/server/identity/session';
import type { Sessions } from '@/server/identity/sessions';
import type { Viewer } from '@/server/identity/viewer';

/** The viewer that a session stands for; a problem when its token has ended, or names are not to be impersonated. */
export function viewerOfSession(session: Session, nowMs: number): Result<Viewer, Problem> {
  const { strategy, user, groups, token } = session;
  const expiresAtMs = endOf(session);
  if (expiresAtMs <= nowMs) return fail(loginNeeded('The login has ended.'));
  const of = { strategy, user, groups, expiresAtMs };
  if (token !== null)
    return ok({ ...of, credential: { kind: 'bearer', token }, key: tokenKey(token) });
  const credential = toImpersonation({ user: user ?? '', groups });
  if (!credential.ok) return fail(loginNeeded(credential.error));
  return ok({ ...of, credential: credential.value, key: impersonationKey(credential.value) });
}

/** Equal for equal users with equal groups. */
export function impersonationKey(as: {
  readonly user: string;
  readonly groups: readonly string[];
}): string {
  return `impersonate ${JSON.stringify([as.user, ...[...as.groups].sort()])}`;
}

/** What a browser with a session is told. */
export function describeSession(
  session: Session,
  sessions: Sessions,
  nowMs: number,
): Omit<SessionResponse, 'strategy' | 'provider'> {
  return {
    isLoggedIn: true,
    isRenewing: false,
    user: session.user,
    groups: [...session.groups],
    expiresInSeconds: Math.max(0, Math.round((endOf(session) - nowMs) / 1000)),
    renewInSeconds: sessions.renewInSeconds(session),
    canLogOut: true,
  };
}
