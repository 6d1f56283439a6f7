import type { Actor, Credential } from '@/server/ports';

/** Who sent a request, and with whose rights it reads and writes. */
export interface Viewer {
  readonly strategy: Actor['strategy'];
  /** As the API server knows them; `null`: anybody, or a name that the API server does not tell. */
  readonly user: string | null;
  readonly groups: readonly string[];
  readonly credential: Credential;
  /** Stands for the account and its rights as logged in (never a token itself): equal keys may share what was asked. */
  readonly key: string;
  /** When their session ends unless it is renewed, epoch milliseconds; `null`: never. */
  readonly expiresAtMs: number | null;
}

/** Whoever reaches a Fanari without login: they have its own account's rights. */
export const ANYBODY: Viewer = {
  strategy: 'anonymous',
  user: null,
  groups: [],
  credential: { kind: 'own' },
  key: 'own',
  expiresAtMs: null,
};
