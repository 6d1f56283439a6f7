/** Longest path that is gone back to. */
const MAX_LENGTH = 2_000;

/** Stands for Fanari itself, whatever its name is. */
const OWN = 'http://fanari.invalid';

/**
 * The page to go to after a login: path and query below the base path, as `/mtls?window=5m`. Anything that a browser could
 * read as another site, another scheme or a page that only logs in again becomes the start page.
 */
export function returnPath(given: string | null): string {
  if (given === null || given.length > MAX_LENGTH || !isOwnPath(given)) return '/';
  const { origin, pathname, search } = new URL(given, OWN);
  if (origin !== OWN || pathname.startsWith('//') || /^\/(login|api)(\/|$)/.test(pathname))
    return '/';
  return pathname + search;
}

/** One slash at the start, and nothing that browsers read as a slash, drop, or that could end a header. */
function isOwnPath(given: string): boolean {
  return (
    /^\/(?!\/)/.test(given) &&
    !/[\\\u0000-\u0020\u007f-\uffff]/.test(given) &&
    URL.canParse(given, OWN)
  );
}
