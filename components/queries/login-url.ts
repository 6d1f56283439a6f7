import { basePath } from '@/components/queries/api-url';

/** Address of the login page that leads back to the present page. */
export function loginUrl(): string {
  const { pathname, search } = window.location;
  const base = basePath();
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
  const query = new URLSearchParams({ returnTo: (path === '' ? '/' : path) + search });
  return `${base}/login?${query.toString()}`;
}

/** Address at which a login at the OpenID provider begins, and which leads to a path below the base path in the end. */
export function openIdUrl(returnTo: string): string {
  return `${basePath()}/api/v1/session/openid?${new URLSearchParams({ returnTo }).toString()}`;
}
