import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Every header of Fanari's own; none is taken from outside. */
const OWN_PREFIX = 'x-fanari-internal-';
const PEER = `${OWN_PREFIX}peer`;

const KEY = Symbol.for('fanari.peer-mark');

/** The server around Next and Next's routes are bundles of their own in one process. */
const holder = globalThis as unknown as { [KEY]: string | undefined };

/**
 * Known to this process only. A header that lacks it was not set by {@link markPeer}, whatever way the request took
 * (Next's development server has no front).
 */
function mark(): string {
  return (holder[KEY] ??= randomUUID());
}

/** Notes in a request whose address its TCP connection has, in place of anything that the client sent to that effect. */
export function markPeer(request: {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}): void {
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith(OWN_PREFIX)) Reflect.deleteProperty(request.headers, name);
  }
  request.headers[PEER] = `${mark()} ${request.socket.remoteAddress ?? ''}`;
}

/** Address at the other end of the TCP connection of a request; `null` when that is not known for certain. */
export function peerOf(headers: Headers): string | null {
  const [given, address = ''] = headers.get(PEER)?.split(' ') ?? [];
  return given === mark() && address !== '' ? plainAddress(address) : null;
}

/** An IPv4 address as such, also where a socket for both families tells it as IPv6. */
export function plainAddress(address: string): string {
  return /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address;
}
