import type { IncomingMessage } from 'node:http';
import { returnPath } from '@/contract/return-path';

/** What is no page, or the page that needs no login. */
const NO_PAGE = /^\/(api|_next|login|metrics|healthz|readyz|icon\.svg|favicon\.ico)(\/|$)/;

const SESSION = /(^|;\s*)(__Host-|__Secure-)?fanari-session=/;

/**
 * Where a browser without any session is sent instead of a page that it could only see empty; `null` for everything else.
 * Nothing is decided by this: whether a session is good is asked with each answer about the mesh.
 */
export function loginRedirect(
  { method, url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  basePath: string,
): string | null {
  const path = url.startsWith(basePath) ? url.slice(basePath.length) : url;
  const [pathname = ''] = path.split('?', 1);
  const isPage = method === 'GET' && !NO_PAGE.test(pathname) && headers['rsc'] === undefined;
  const wantsPage = headers.accept?.includes('text/html') === true;
  if (!isPage || !wantsPage || SESSION.test(headers.cookie ?? '')) return null;
  const returnTo = returnPath(path.startsWith('/') ? path : `/${path}`);
  return `${basePath}/login?${new URLSearchParams({ returnTo }).toString()}`;
}
