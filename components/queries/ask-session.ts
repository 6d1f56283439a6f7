import { apiUrl } from '@/components/queries/api-url';
import type { SessionResponse } from '@/contract/session';

const ASK_AGAIN_MS = 1_000;
/** How often another replica is waited for that renews the login. */
const MOST_TIMES = 5;

/**
 * Asks who is logged in, which renews the login where that is due. The tabs of a browser ask one after the other (where it
 * has locks), so that the next one comes with the cookie that the one before got. `null`: Fanari did not answer.
 */
export async function askSession(): Promise<SessionResponse | null> {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (locks === undefined) return ask();
  return locks.request(`fanari session ${apiUrl('')}`, ask);
}

async function ask(): Promise<SessionResponse | null> {
  for (let times = 1; ; times += 1) {
    const session = await askOnce();
    if (session?.isRenewing !== true || times === MOST_TIMES) return session;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

async function askOnce(): Promise<SessionResponse | null> {
  try {
    const response = await fetch(apiUrl('/session'), { headers: { accept: 'application/json' } });
    return response.ok ? ((await response.json()) as SessionResponse) : null;
  } catch {
    return null;
  }
}
