import type { ServicePort } from '@/mesh/topology/topology';

/** Words by which a port declares its protocol to istiod. Letters count alike. */
const WORDS: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'http',
  'http2',
  'http_proxy',
  'https',
  'grpc',
  'grpc-web',
  'tls',
  'mongo',
  'redis',
  'mysql',
  'doublehbone',
]);

/** Standard words of Kubernetes, understood in `appProtocol` only. */
const APP_PROTOCOLS: ReadonlySet<string> = new Set([
  'kubernetes.io/h2c',
  'kubernetes.io/ws',
  'kubernetes.io/wss',
]);

/** Ports that istiod takes as TCP where nothing is declared: SMTP, DNS, MySQL, MongoDB. */
const TAKEN_AS_TCP: ReadonlySet<number> = new Set([25, 53, 3306, 27_017]);

/**
 * How istiod learns the protocol of a Service's port: it is `declared`, or a `fixed` one (UDP, ports commonly used by
 * protocols in which the server speaks first), or `guessed` by the proxy from the first bytes, where `appProtocol`, if
 * set, is a word that it does not know.
 */
export type PortProtocol = 'declared' | 'fixed' | 'guessed' | 'unknown-app-protocol';

/** By istiod's own rule: `appProtocol` decides where it is set, else the name up to its first hyphen. */
export function portProtocol(port: ServicePort): PortProtocol {
  if (port.protocol !== 'TCP') return 'fixed';
  const { appProtocol } = port;
  if (appProtocol !== null && APP_PROTOCOLS.has(appProtocol)) return 'declared';
  const text = (appProtocol ?? port.name ?? '').toLowerCase();
  if (text.startsWith('grpc-web') || WORDS.has(text.split('-')[0] ?? '')) return 'declared';
  if (TAKEN_AS_TCP.has(port.port)) return 'fixed';
  return appProtocol === null ? 'guessed' : 'unknown-app-protocol';
}
