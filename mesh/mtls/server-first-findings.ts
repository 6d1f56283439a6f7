import { capturedProxy } from '@/mesh/mtls/captured-proxy';
import { edgePorts } from '@/mesh/mtls/edge-ports';
import { effectiveServerMode } from '@/mesh/mtls/effective-server-mode';
import { isGoverned } from '@/mesh/topology/topology-index';
import type { MtlsFinding } from '@/mesh/mtls/mtls';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/**
 * PERMISSIVE ports on which the server speaks first. Plaintext clients wait there without end and the server's proxy
 * reports nothing of them, so that configuration alone can tell. None where the mesh limits the wait.
 */
export function serverFirstFindings(
  index: TopologyIndex,
  isChosen: (namespace: string) => boolean,
): readonly MtlsFinding[] {
  if (index.topology.mesh.protocolDetectionTimeoutMs > 0) return [];
  const findings = new Map<string, MtlsFinding>();
  for (const service of index.topology.services.values()) {
    if (!isChosen(service.namespace)) continue;
    for (const workload of index.workloadsOf(service)) {
      if (capturedProxy(workload) !== 'sidecar' || !isGoverned(index.topology, workload)) continue;
      for (const port of edgePorts({ service, entry: null }, workload, 'tcp')) {
        if (port.serverFirst === null) continue;
        const server = effectiveServerMode(index, workload, port.workloadPort);
        if (server?.mode !== 'PERMISSIVE') continue;
        const at = `${workload.namespace}/${workload.name} port ${port.workloadPort ?? port.servicePort}`;
        findings.set(at, {
          rule: 'server-first-in-permissive',
          severity: 'info',
          message: `${at} speaks ${port.serverFirst}, in which servers speak first, behind a PERMISSIVE sidecar: clients without mutual TLS wait without end there, and no report tells of them. STRICT or DISABLE for that port says what is meant.`,
          objects: server.decidedBy === null ? [] : [server.decidedBy],
        });
      }
    }
  }
  return [...findings.values()];
}
