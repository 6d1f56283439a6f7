import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';

/** Answer of `GET /session` and of a login. */
export const sessionResponseSchema = z
  .object({
    strategy: z
      .enum(['anonymous', 'token', 'openid', 'header'])
      .describe('How people log in here; `anonymous`: not at all'),
    isLoggedIn: z.boolean().describe('Whether this request may see and do anything'),
    isRenewing: z
      .boolean()
      .describe('`true`: the login is being renewed elsewhere; ask again in a second'),
    user: z
      .string()
      .nullable()
      .describe('Who it is to Kubernetes; `null`: nobody logged in, or Kubernetes does not tell'),
    groups: z.array(z.string()).describe('Groups of the user, as Kubernetes knows them'),
    expiresInSeconds: z
      .number()
      .nullable()
      .describe(
        'In how many seconds the session ends unless it is renewed; `null`: never, or there is none',
      ),
    renewInSeconds: z
      .number()
      .nullable()
      .describe(
        'In how many seconds to ask for this again, so that the session lasts on; `null`: no need to',
      ),
    canLogOut: z.boolean().describe('Whether there is a session that can be ended here'),
    provider: z
      .string()
      .nullable()
      .describe('Host of the OpenID provider to log in at; `null` where it is none'),
  })
  .describe('Who asks, and how to log in');

/** Who asks, and how to log in. */
export type SessionResponse = DeepReadonly<z.output<typeof sessionResponseSchema>>;

/** Body of `POST /session`. */
export const sessionLoginBodySchema = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(16_000)
      .describe('Token of a service account or user, as the Kubernetes API server accepts it'),
  })
  .describe('A login with a token');

/** Answer of `POST /session/logout`. */
export const sessionLogoutResponseSchema = z
  .object({
    to: z
      .string()
      .nullable()
      .describe('Address at which to log out at the OpenID provider, too; `null`: none'),
  })
  .describe('A session that has ended');

/** Where to go after a log-out. */
export type SessionLogoutResponse = DeepReadonly<z.output<typeof sessionLogoutResponseSchema>>;

/** `GET /session`: who asks. */
export const sessionEndpoint = {
  method: 'GET',
  path: '/session',
  summary: 'Who asks, and how to log in',
  description:
    'Answers without a login, too. Renews the session where that is due; nothing else does. Programs that send `Authorization: Bearer` need no session.',
  errors: {},
  query: z.object({}),
  response: sessionResponseSchema,
} as const;

/** `POST /session`: logs in with a token. */
export const sessionLoginEndpoint = {
  method: 'POST',
  path: '/session',
  summary: 'Logs in with a token',
  description: 'Sets a cookie. The API server judges the token.',
  errors: {
    401: 'The API server does not accept the token',
    404: 'Fanari does not log people in with tokens',
    413: 'The token is too large for a session',
    429: 'Too many logins failed',
    501: 'No cluster is configured',
    502: 'The API server cannot be reached, or answers rubbish',
    503: 'The API server is overloaded',
    504: 'The API server took too long',
  },
  body: sessionLoginBodySchema,
  response: sessionResponseSchema,
} as const;

/** `POST /session/logout`: ends the session. */
export const sessionLogoutEndpoint = {
  method: 'POST',
  path: '/session/logout',
  summary: 'Ends the session, on every replica',
  description: 'Takes the cookie away and revokes what the OpenID provider gave for it.',
  errors: { 403: 'The page of another site sent the request' },
  response: sessionLogoutResponseSchema,
} as const;
