import { describe, expect, it } from 'vitest';
import type { ServerMode } from '@/demo/traffic/security/peer-authentication';
import {
  connectionOutcome,
  type ClientTlsMode,
  type ConnectionOutcome,
} from '@/demo/traffic/security/tls-outcome';

type Row = [ClientTlsMode | null, ServerMode | null, ConnectionOutcome];

/** Istio's table of client mode against server mode, sidecar rows; `null`: no proxy on that side. */
const TABLE: readonly Row[] = [
  ['AUTO', 'STRICT', 'mtls'],
  ['AUTO', 'PERMISSIVE', 'mtls'],
  ['AUTO', 'DISABLE', 'plaintext'],
  ['AUTO', null, 'plaintext'],
  ['ISTIO_MUTUAL', 'STRICT', 'mtls'],
  ['ISTIO_MUTUAL', 'PERMISSIVE', 'mtls'],
  ['ISTIO_MUTUAL', 'DISABLE', 'handshake-failure'],
  ['ISTIO_MUTUAL', null, 'handshake-failure'],
  ['DISABLE', 'STRICT', 'reset'],
  ['DISABLE', 'PERMISSIVE', 'plaintext'],
  ['DISABLE', 'DISABLE', 'plaintext'],
  ['DISABLE', null, 'plaintext'],
  ['SIMPLE', 'STRICT', 'handshake-failure'],
  ['SIMPLE', 'PERMISSIVE', 'handshake-failure'],
  ['SIMPLE', 'DISABLE', 'handshake-failure'],
  ['SIMPLE', null, 'handshake-failure'],
  ['MUTUAL', 'STRICT', 'handshake-failure'],
  [null, 'STRICT', 'reset'],
  [null, 'PERMISSIVE', 'plaintext'],
  [null, 'DISABLE', 'plaintext'],
  [null, null, 'plaintext'],
];

describe('connectionOutcome', () => {
  it.each(TABLE)('client %s to server %s: %s', (client, server, expected) => {
    const ends = { client, server, autoMtls: true, appServesTls: false };
    expect(connectionOutcome(ends)).toBe(expected);
  });

  it.each(['SIMPLE', 'MUTUAL'] as const)(
    'client %s works where the application speaks TLS itself',
    (client) => {
      for (const server of ['PERMISSIVE', 'DISABLE', null] as const) {
        expect(connectionOutcome({ client, server, autoMtls: true, appServesTls: true })).toBe(
          'tls',
        );
      }
    },
  );

  it('automatic mTLS switched off for the service breaks on a workload that is STRICT', () => {
    const ends = { client: 'AUTO', autoMtls: false, appServesTls: false } as const;
    expect(connectionOutcome({ ...ends, server: 'STRICT' })).toBe('reset');
    expect(connectionOutcome({ ...ends, server: 'PERMISSIVE' })).toBe('plaintext');
  });
});
