import type { ServerMode } from '@/demo/traffic/security/peer-authentication';

/** How a client proxy opens connections: the mode of its DestinationRule, or `AUTO` when none sets one. */
export type ClientTlsMode = 'AUTO' | 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';

/**
 * What becomes of a connection. `mtls`, `plaintext` and `tls` (the application's own TLS) carry traffic; `reset` means
 * the server's proxy closes it (Envoy flag UC), `handshake-failure` that TLS cannot be agreed (UF).
 */
export type ConnectionOutcome = 'mtls' | 'plaintext' | 'tls' | 'reset' | 'handshake-failure';

/** The two ends of a connection. */
export interface ConnectionEnds {
  /** `null`: the client has no proxy and speaks plaintext. */
  readonly client: ClientTlsMode | null;
  /** `false` where automatic mTLS is switched off for the whole service (mesh config, or namespace mode DISABLE). */
  readonly autoMtls: boolean;
  /** `null`: the server has no proxy. */
  readonly server: ServerMode | null;
  /** Whether the server's application speaks TLS on this port. */
  readonly appServesTls: boolean;
}

/** The decision table of client mode against server mode, for sidecars and gateways. */
export function connectionOutcome(ends: ConnectionEnds): ConnectionOutcome {
  const wire = clientWire(ends);
  if (ends.server === 'STRICT') {
    if (wire === 'mtls') return 'mtls';
    return wire === 'plaintext' ? 'reset' : 'handshake-failure';
  }
  if (ends.server === 'PERMISSIVE' && wire === 'mtls') return 'mtls';
  if (wire === 'plaintext') return 'plaintext';
  if (wire === 'mtls') return 'handshake-failure';
  return ends.appServesTls ? 'tls' : 'handshake-failure';
}

/** What the client sends: automatic mTLS is used only where the server's proxy would take it. */
function clientWire(ends: ConnectionEnds): 'plaintext' | 'mtls' | 'foreign-tls' {
  switch (ends.client) {
    case null:
    case 'DISABLE':
      return 'plaintext';
    case 'SIMPLE':
    case 'MUTUAL':
      return 'foreign-tls';
    case 'ISTIO_MUTUAL':
      return 'mtls';
    case 'AUTO':
      return ends.autoMtls && ends.server !== null && ends.server !== 'DISABLE'
        ? 'mtls'
        : 'plaintext';
  }
}
