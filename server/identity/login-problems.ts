import type { Problem } from '@/contract/problem';

/** `type` of every problem that a login would cure. */
export const LOGIN_NEEDED = 'urn:fanari:problem:login-needed';

/** Nobody is asked who they are by this; they must log in. */
export function loginNeeded(detail: string): Problem {
  return { type: LOGIN_NEEDED, title: 'Log in first', status: 401, detail };
}

/** Too many logins failed. */
export function tooManyLogins(retryAfterSeconds: number): Problem {
  return {
    type: 'urn:fanari:problem:too-many-logins',
    title: 'Too many logins failed',
    status: 429,
    detail: `Try again in ${retryAfterSeconds} seconds.`,
  };
}

/** A login of a kind that the settings do not offer. */
export function loginNotOffered(): Problem {
  return {
    type: 'urn:fanari:problem:login-not-offered',
    title: 'Not found',
    status: 404,
    detail: 'This Fanari does not log people in this way',
  };
}

/** A login that was not accepted. The sentence is the same whatever was wrong with it, so that nothing can be learnt. */
export function loginRefused(): Problem {
  return {
    type: 'urn:fanari:problem:login-refused',
    title: 'Not logged in',
    status: 401,
    detail: 'The Kubernetes API server does not accept this token.',
  };
}

/** A session that cookies cannot hold. */
export function sessionTooLarge(): Problem {
  return {
    type: 'urn:fanari:problem:login-too-large',
    title: 'Not logged in',
    status: 413,
    detail: 'The token, or what the provider gave, is too large for a session.',
  };
}
