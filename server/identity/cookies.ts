/** Where cookies are set: they differ by scheme and base path. */
export interface CookieScope {
  readonly isHttps: boolean;
  readonly basePath: string;
}

/** Characters of a value that one cookie takes, name and attributes beside them: browsers stop at 4,096 bytes. */
const CHUNK = 3_800;
/** More would not fit into the header of a request, of which Node takes 16 kB and many proxies 8 kB. */
const MOST_CHUNKS = 3;

/** Most characters of a value that {@link setCookies} can set. */
export const MOST_CHARACTERS = CHUNK * MOST_CHUNKS;

/**
 * Name as the browser keeps it. `__Host-`: no other host and no other path of this one can have set it; browsers take it only
 * over https and for the whole host.
 */
function fullName(name: string, { isHttps, basePath }: CookieScope): string {
  if (!isHttps) return name;
  return basePath === '' ? `__Host-${name}` : `__Secure-${name}`;
}

function line(name: string, value: string, maxAgeSeconds: number, scope: CookieScope): string {
  const path = scope.basePath === '' ? '/' : scope.basePath;
  const secure = scope.isHttps ? '; Secure' : '';
  const age = Math.max(0, Math.floor(maxAgeSeconds));
  return `${fullName(name, scope)}=${value}; Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
}

/** The cookies of a request by name. Of several with one name the first: browsers send that of the longest path first. */
export function readCookies(header: string | null): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const cut = pair.indexOf('=');
    const name = pair.slice(0, cut).trim();
    if (cut > 0 && !cookies.has(name)) cookies.set(name, pair.slice(cut + 1).trim());
  }
  return cookies;
}

/** Puts together what {@link setCookies} set; `null` when there is none, or a part is missing. */
export function readValue(
  cookies: ReadonlyMap<string, string>,
  name: string,
  scope: CookieScope,
): string | null {
  const first = cookies.get(fullName(name, scope));
  if (first === undefined) return null;
  const [, count = '', head = ''] = /^([1-9])~(.*)$/.exec(first) ?? [];
  if (Number(count) > MOST_CHUNKS) return null;
  const parts = [head];
  for (let index = 1; index < Number(count); index += 1) {
    const part = cookies.get(fullName(`${name}-${index}`, scope));
    if (part === undefined) return null;
    parts.push(part);
  }
  const value = parts.join('');
  return value === '' || value.length > MOST_CHARACTERS ? null : value;
}

/** `Set-Cookie` lines that keep a value, in several cookies where it is long; parts of a longer one of before are taken away. */
export function setCookies(
  name: string,
  value: string,
  maxAgeSeconds: number,
  scope: CookieScope,
): readonly string[] {
  const count = Math.ceil(value.length / CHUNK);
  if (count > MOST_CHUNKS) throw new Error('the value is too large for cookies');
  return Array.from({ length: MOST_CHUNKS }, (_, index) => {
    const part = value.slice(index * CHUNK, (index + 1) * CHUNK);
    if (index === 0) return line(name, `${count}~${part}`, maxAgeSeconds, scope);
    return part === ''
      ? line(`${name}-${index}`, '', 0, scope)
      : line(`${name}-${index}`, part, maxAgeSeconds, scope);
  });
}

/** `Set-Cookie` lines that take a value away. */
export function clearCookies(name: string, scope: CookieScope): readonly string[] {
  return Array.from({ length: MOST_CHUNKS }, (_, index) =>
    line(index === 0 ? name : `${name}-${index}`, '', 0, scope),
  );
}

/** A `Set-Cookie` line for a short value that one cookie takes. */
export function setCookie(
  name: string,
  value: string,
  maxAgeSeconds: number,
  scope: CookieScope,
): string {
  return line(name, value, maxAgeSeconds, scope);
}

/** Names of the cookies in a request that begin so, without the prefix that the scheme asks for. */
export function cookiesNamed(
  cookies: ReadonlyMap<string, string>,
  beginning: string,
  scope: CookieScope,
): readonly { readonly name: string; readonly value: string }[] {
  const start = fullName(beginning, scope);
  return [...cookies]
    .filter(([name]) => name.startsWith(start))
    .map(([name, value]) => ({ name: beginning + name.slice(start.length), value }));
}
