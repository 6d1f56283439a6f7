import { queryOptions } from '@tanstack/react-query';
import { ApiProblem } from '@/components/queries/api-problem';
import { apiUrl, basePath } from '@/components/queries/api-url';
import { askSession } from '@/components/queries/ask-session';
import { postJson } from '@/components/queries/fetch-json';
import type { SessionLogoutResponse, SessionResponse } from '@/contract/session';

/**
 * Who is logged in, and how to log in. Asked again when the login is to be renewed, but not while nobody looks at the page,
 * so that a login that is not used ends.
 */
export function sessionQuery() {
  return queryOptions({
    queryKey: ['session'],
    queryFn: async () => {
      const session = await askSession();
      if (session === null) throw new ApiProblem(0, 'Fanari does not answer', '');
      return session;
    },
    staleTime: 0,
    refetchInterval: ({ state: { data } }) =>
      typeof data?.renewInSeconds === 'number' ? data.renewInSeconds * 1000 : false,
    refetchOnWindowFocus: true,
  });
}

/** Logs in with a token, which goes nowhere but into this call. */
export function logInWithToken(token: string): Promise<SessionResponse> {
  return postJson<SessionResponse>(apiUrl('/session'), { token }, null);
}

/** Ends the session, forgets what this tab wrote, and goes where people log in. */
export async function logOut(): Promise<void> {
  const { to } = await postJson<SessionLogoutResponse>(apiUrl('/session/logout'), {}, null);
  forgetTab();
  window.location.assign(to ?? `${basePath()}/login`);
}

/** What a tab keeps of its user's work is nothing for the next one. */
function forgetTab(): void {
  try {
    const own = `fanari ${basePath()}/`;
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(own)) sessionStorage.removeItem(name);
    }
  } catch {
    // Without storage (private mode) nothing was kept.
  }
}
