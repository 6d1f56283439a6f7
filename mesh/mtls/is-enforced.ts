import type { EdgeMtls } from '@/mesh/mtls/mtls';

/**
 * Whether the server would refuse plaintext on this edge: `true` under STRICT, `false` under every other mode. An edge
 * that is encrypted and not enforced is so by its clients' choice, and stays so only as long as they make it. `null`
 * when the server's mode is not known or differs by port or workload.
 */
export function isEnforced({ server }: Pick<EdgeMtls, 'server'>): boolean | null {
  return server === null ? null : server.mode === 'STRICT';
}
