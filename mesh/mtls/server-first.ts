import { capturedProxy } from '@/mesh/mtls/captured-proxy';
import type { Outcome } from '@/mesh/mtls/decide-outcome';
import type { PeerMode } from '@/mesh/mtls/mtls';
import type { MeshConfig, ServicePort, Workload } from '@/mesh/topology/topology';

/** Protocols in which the server speaks first, as a port's name or `appProtocol` declares them. */
const BY_NAME: ReadonlyMap<string, string> = new Map([
  ['mysql', 'MySQL'],
  ['smtp', 'SMTP'],
  ['ftp', 'FTP'],
  ['ssh', 'SSH'],
  ['imap', 'IMAP'],
  ['pop3', 'POP3'],
]);

/**
 * Service ports that Istio takes as TCP without looking, because servers commonly speak first there. Its list holds DNS
 * (53) and MongoDB (27017) too, whose clients speak first in fact, so that nothing waits for them.
 */
const BY_PORT: ReadonlyMap<number, string> = new Map([
  [25, 'SMTP'],
  [3306, 'MySQL'],
]);

/** Declared protocols that do not say who speaks first. */
const UNTOLD: ReadonlySet<string> = new Set(['', 'tcp']);

/** The protocol of a port on which the server speaks first, by what is declared; `null` for every other port. */
export function serverFirstProtocol(
  { port }: Pick<ServicePort, 'port'>,
  declared: string,
): string | null {
  const named = BY_NAME.get(declared);
  if (named !== undefined) return named;
  return UNTOLD.has(declared) ? (BY_PORT.get(port) ?? null) : null;
}

/**
 * Plaintext to a PERMISSIVE port on which the server speaks first. The sidecar has to see the client's first bytes to
 * tell TLS from plaintext, and the client waits for the server's: nobody speaks until the mesh's
 * `protocolDetectionTimeout`, which by default never comes. Under STRICT and DISABLE, with mutual TLS, and in ambient
 * mode nothing has to be told apart.
 */
export function withServerFirst(
  outcome: Outcome,
  server: PeerMode | 'no-proxy',
  serverFirst: string | null,
  destination: Workload,
  { protocolDetectionTimeoutMs }: MeshConfig,
): Outcome {
  if (serverFirst === null || outcome.configured !== 'plaintext') return outcome;
  if (server !== 'PERMISSIVE' || capturedProxy(destination) !== 'sidecar') return outcome;
  const wait = `${serverFirst} servers speak first, and a PERMISSIVE sidecar waits for the client to, to tell TLS from plaintext`;
  return protocolDetectionTimeoutMs > 0
    ? { configured: 'plaintext', why: `${wait}, for ${protocolDetectionTimeoutMs} ms each time` }
    : { configured: 'broken', why: `${wait}, without limit` };
}
