import type { ServicePort } from '@/mesh/topology/topology';

const USES: Readonly<Record<string, 'http' | 'grpc' | 'tls' | 'tcp'>> = {
  http: 'http',
  http2: 'http',
  h2c: 'http',
  'kubernetes.io/h2c': 'http',
  'kubernetes.io/ws': 'http',
  grpc: 'grpc',
  'grpc-web': 'grpc',
  https: 'tls',
  tls: 'tls',
  'kubernetes.io/wss': 'tls',
  tcp: 'tcp',
  mongo: 'tcp',
  mysql: 'tcp',
  redis: 'tcp',
};

/**
 * What the mesh takes a port's traffic for: `appProtocol` counts before the part of the port's name before its first
 * hyphen. A port that says neither is sniffed, and counts as HTTP here. `none`: not TCP, so not routed at all.
 */
export function portUse(port: ServicePort): 'http' | 'grpc' | 'tls' | 'tcp' | 'none' {
  if (port.protocol !== 'TCP') return 'none';
  const name = port.name ?? '';
  const said = port.appProtocol ?? (name.startsWith('grpc-web') ? 'grpc-web' : name.split('-')[0]);
  return USES[(said ?? '').toLowerCase()] ?? 'http';
}
