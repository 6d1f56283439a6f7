/**
 * The request target that Next is asked, which always begins with the base path. A target without it is taken to come
 * from a proxy that stripped it, or from a probe inside the cluster. `null`: not a target that can be served.
 */
export function innerPath(target: string, basePath: string): string | null {
  const path = target.startsWith('/') ? target : originForm(target);
  if (path === null || !isDecodable(path)) return null;
  if (basePath === '') return path;
  const rest = withoutPrefix(path, basePath) ?? path;
  // Next would answer `/fanari/` with a redirect to `/fanari`, and a proxy for `/fanari/` would send that back.
  return basePath + rest.replace(/^\/(?=$|\?)/, '');
}

/** Some proxies send whole URLs. */
function originForm(target: string): string | null {
  if (!URL.canParse(target)) return null;
  const { protocol, pathname, search } = new URL(target);
  return protocol === 'http:' || protocol === 'https:' ? pathname + search : null;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

/** What follows the prefix, `/…`, `?…` or nothing; `null` where the path only begins with the same letters. */
function withoutPrefix(path: string, prefix: string): string | null {
  if (!path.startsWith(prefix)) return null;
  const rest = path.slice(prefix.length);
  return rest === '' || rest.startsWith('/') || rest.startsWith('?') ? rest : null;
}
