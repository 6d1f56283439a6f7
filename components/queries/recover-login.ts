import { askSession } from '@/components/queries/ask-session';
import { loginUrl } from '@/components/queries/login-url';

/** Runs before the page is left for a login, to keep in the tab's storage what is not written yet. */
type Keeper = () => void;

const keepers = new Set<Keeper>();
let renewing: Promise<boolean> | null = null;
let isLeaving = false;

/** Has something kept when the page is left for a login; the answer takes that back. */
export function keepOverLogin(keeper: Keeper): () => void {
  keepers.add(keeper);
  return () => keepers.delete(keeper);
}

/**
 * After a 401: `true` when the login was renewed, so that the call can be made again. Otherwise the page is left for the
 * login page, which leads back. A tab that nobody looks at waits, so that it keeps no login alive. Where Fanari does not
 * answer, the page stays.
 */
export async function recoverLogin(): Promise<boolean> {
  renewing ??= renew().finally(() => (renewing = null));
  return renewing;
}

/** Leaves the page for a login. */
export function leaveForLogin(): void {
  if (isLeaving) return;
  isLeaving = true;
  for (const keep of keepers) keep();
  window.location.assign(loginUrl());
}

async function renew(): Promise<boolean> {
  await untilVisible();
  const session = await askSession();
  if (session?.isLoggedIn === true) return true;
  if (session !== null) leaveForLogin();
  return false;
}

async function untilVisible(): Promise<void> {
  if (document.visibilityState !== 'hidden') return;
  await new Promise<void>((resolve) => {
    document.addEventListener('visibilitychange', () => resolve(), { once: true });
  });
}
