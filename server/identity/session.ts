import { z } from 'zod';

/** What a session cookie holds, sealed. Times: epoch milliseconds. */
const sessionSchema = z.strictObject({
  version: z.literal(1),
  /** Random; no credential, because nobody can make a cookie from it. */
  id: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  strategy: z.enum(['token', 'openid']),
  user: z.string().nullable(),
  groups: z.array(z.string()),
  /** Sent to the API server; `null`: Fanari's account impersonates `user` and `groups`. */
  token: z.string().nullable(),
  /** When `token`, or what a provider said of the user, is no longer good; `null`: not known, or only with the session. */
  tokenEndsMs: z.number().nullable(),
  /** What an OpenID provider gave to ask for new tokens with; `null`: nothing. */
  refreshToken: z.string().nullable(),
  /** When new tokens are asked for; `null`: never. */
  refreshAtMs: z.number().nullable(),
  /** Who the provider says it is (`sub`), which must stay; `null` without a provider. */
  subject: z.string().nullable(),
  startedMs: z.number(),
  /** Ends then unless renewed. */
  idleEndsMs: z.number(),
  /** Ends then. */
  endsMs: z.number(),
});

/** Somebody who has logged in. */
export type Session = Readonly<z.output<typeof sessionSchema>>;

/** A session that was sealed by Fanari, of this version of it; `null` for anything else. */
export function parseSession(value: unknown): Session | null {
  const parsed = sessionSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** When the session is of no use any more unless it is renewed. */
export function endOf({ idleEndsMs, endsMs, tokenEndsMs }: Session): number {
  return Math.min(idleEndsMs, endsMs, tokenEndsMs ?? Infinity);
}
