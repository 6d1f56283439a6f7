import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';

/** Which names browsers may call Fanari by. */
export interface HostPolicy {
  /** Address that Fanari listens on. */
  readonly listenHost: string;
  /** Lower-case host names; `*` allows all. */
  readonly allowedHosts: readonly string[];
}

function refused(name: string, detail: string, status = 403): Problem {
  return { type: `urn:fanari:problem:${name}`, title: 'Request refused', status, detail };
}

/** The host name of a `Host` header, lower case, without port and brackets; `null` when it is malformed. */
export function hostNameOf(header: string | null): string | null {
  if (header === null || !URL.canParse(`http://${header}`)) return null;
  const url = new URL(`http://${header}`);
  if (url.username !== '' || url.pathname !== '/') return null;
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

/** Whether a name or address is this machine's own. */
export function isLoopbackName(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/**
 * Refuses host names that Fanari does not know, so that a web page whose name was pointed at this machine (DNS
 * rebinding) reads and writes nothing. On an address beyond loopback an empty list allows all.
 */
export function checkHost(headers: Headers, policy: HostPolicy): Problem | null {
  const host = hostNameOf(headers.get('host'));
  if (host === null) return refused('bad-host', 'The Host header is missing or malformed', 400);
  const { allowedHosts, listenHost } = policy;
  if (isLoopbackName(host) || allowedHosts.includes('*') || allowedHosts.includes(host))
    return null;
  if (allowedHosts.length === 0 && !isLoopbackName(listenHost)) return null;
  return refused(
    'unknown-host',
    'Fanari does not know itself by this host name (see --allowed-hosts)',
    421,
  );
}

/** Refuses writes that another site's page could have sent. Programs that send no `Origin` may write. */
export function checkSameOrigin(headers: Headers): Problem | null {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') {
    return refused('cross-site', 'Writes must come from Fanari’s own pages');
  }
  const origin = headers.get('origin');
  if (origin === null) return null;
  const host = headers.get('host');
  const same =
    URL.canParse(origin) && host !== null && new URL(origin).host === normalHost(host, origin);
  return same ? null : refused('cross-site', 'Writes must come from Fanari’s own pages');
}

/** A `Host` header without the port that its scheme implies, as `URL.host` has it. */
function normalHost(host: string, origin: string): string {
  const scheme = new URL(origin).protocol;
  return URL.canParse(`${scheme}//${host}`) ? new URL(`${scheme}//${host}`).host : host;
}

/** Reads a JSON body of at most `maxBytes`; anything else is a problem. */
export async function readJsonBody(
  request: Request,
  maxBytes: number,
): Promise<Result<unknown, Problem>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    return fail(refused('media-type', 'The body must be application/json', 415));
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // `request.body` is a web stream, which Node can iterate.
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes)
        return fail(refused('too-large', `The body may have ${maxBytes} bytes`, 413));
      chunks.push(chunk);
    }
  } catch {
    return fail(refused('incomplete', 'The body ended before its time', 400));
  }
  try {
    return ok(JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown);
  } catch {
    return fail(refused('not-json', 'The body is not JSON', 400));
  }
}
