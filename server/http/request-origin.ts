import { isIP } from 'node:net';
import { toNetworks, type Networks } from '@/server/http/networks';
import { peerOf, plainAddress } from '@/server/http/peer';

/** What has to be known of the way to Fanari. */
export interface OriginPolicy {
  /** Addresses and CIDR blocks of proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Where browsers reach Fanari, without the base path; `null` when not set. */
  readonly publicUrl: string | null;
}

/** Where requests come from, and by which address their browsers see Fanari. */
export class RequestOrigins {
  private readonly proxies: Networks;
  private readonly publicUrl: URL | null;

  constructor({ trustedProxies, publicUrl }: OriginPolicy) {
    this.proxies = toNetworks(trustedProxies);
    this.publicUrl = publicUrl === null ? null : new URL(publicUrl);
  }

  /** Whether the TCP connection of a request is that of a trusted proxy. */
  isFromProxy(headers: Headers): boolean {
    const peer = peerOf(headers);
    return peer !== null && this.proxies.has(peer);
  }

  /**
   * Address of the client: of the connection, or what trusted proxies say of theirs, the nearest proxy first. Stops at the
   * first address that is no trusted proxy, because anybody can write what stands before it. `null`: not known.
   */
  clientOf(headers: Headers): string | null {
    let address = peerOf(headers);
    const forwarded = (headers.get('x-forwarded-for') ?? '').split(',').map((one) => one.trim());
    while (address !== null && this.proxies.has(address)) {
      const before = withoutPort(forwarded.pop() ?? '');
      if (isIP(before) === 0) break;
      address = plainAddress(before);
    }
    return address;
  }

  /** Scheme and host by which the browser sees Fanari; the host was checked before (`checkHost`). */
  originOf(headers: Headers): URL {
    const host = headers.get('host') ?? 'localhost';
    const scheme = this.isHttps(headers) ? 'https' : 'http';
    return new URL(`${scheme}://${host}`);
  }

  /** Whether the browser came by https, as far as that is known. */
  isHttps(headers: Headers): boolean {
    if (this.publicUrl?.protocol === 'https:' && this.publicUrl.host === headers.get('host')) {
      return true;
    }
    // Of several proxies the first one, which the browser spoke to, wrote the first value.
    const told = headers.get('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase();
    return this.isFromProxy(headers) && told === 'https';
  }

  /** The address that the settings name, or else the one by which the browser came. */
  publicOriginOf(headers: Headers): URL {
    return this.publicUrl === null ? this.originOf(headers) : new URL(this.publicUrl.origin);
  }
}

/** Some proxies write a port to the address. */
function withoutPort(text: string): string {
  if (isIP(text) !== 0) return text;
  return /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/:\d+$/, '');
}
