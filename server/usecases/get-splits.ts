import type { SplitsResponse, WindowAndNamespacesQuery } from '@/contract/splits';
import { findSplits } from '@/mesh/splits/find-splits';
import type { TrafficSplit } from '@/mesh/splits/split';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import type { TelemetryWindows } from '@/server/usecases/telemetry-window';

function touches(split: TrafficSplit, namespaces: readonly string[]): boolean {
  if (namespaces.length === 0 || namespaces.includes(split.object.namespace)) return true;
  return split.destinations.some(({ workloads }) =>
    workloads.some((workload) => namespaces.includes(workload.slice(0, workload.indexOf('/')))),
  );
}

/** Every split whose object or whose destinations' workloads are in the namespaces asked for. */
export async function getSplits(
  sources: MeshSources,
  windows: TelemetryWindows,
  query: WindowAndNamespacesQuery,
): Promise<SplitsResponse> {
  const telemetry = await windows.loop(query.windowSeconds).fresh();
  const topology = sources.cluster.topology();
  const splits = findSplits({ topology, telemetry: telemetry.snapshot });
  return {
    splits: splits.filter((split) => touches(split, query.namespaces)),
    at: telemetry.snapshot?.atMs ?? topology.atMs,
    windowSeconds: telemetry.snapshot?.windowSeconds ?? query.windowSeconds,
    gaps: [...sources.cluster.gaps(), ...telemetry.gaps],
  };
}
