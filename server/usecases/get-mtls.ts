import type { MtlsResponse } from '@/contract/mtls';
import type { WindowAndNamespacesQuery } from '@/contract/splits';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import type { TelemetryWindows } from '@/server/usecases/telemetry-window';

/** What is encrypted, over one window. */
export async function getMtls(
  { cluster }: MeshSources,
  windows: TelemetryWindows,
  query: WindowAndNamespacesQuery,
): Promise<MtlsResponse> {
  const telemetry = await windows.loop(query.windowSeconds).fresh();
  const topology = cluster.topology();
  const { snapshot } = telemetry;
  return {
    ...buildMtlsReport({
      topology,
      telemetry: snapshot,
      isPartial: telemetry.gaps.length > 0,
      namespaces: query.namespaces,
    }),
    at: snapshot?.atMs ?? topology.atMs,
    windowSeconds: snapshot?.windowSeconds ?? query.windowSeconds,
    gaps: [...cluster.gaps(), ...telemetry.gaps],
  };
}
