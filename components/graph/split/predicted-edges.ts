import { clusterSuffix } from '@/mesh/topology/workload-key';
import { formatRate } from '@/components/ui/format-rate';
import { predictRates } from '@/mesh/splits/predict-rates';
import { toPercents } from '@/mesh/splits/to-percents';
import type { DrawnEdge } from '@/components/graph/fold/fold-graph';
import type { GraphNode } from '@/mesh/graph/graph';
import type { SplitDestination, TrafficSplit } from '@/mesh/splits/split';

/**
 * What to write on the edges that leave a service's node while weights are tried out: the share, and the rate that the
 * edge would carry if the rule's traffic stays what it is (what other rules send over it stays too). Only the share
 * where the rate cannot be told. Edges that no destination leads to are left out.
 */
export function predictedEdges(
  split: TrafficSplit,
  wanted: readonly number[],
  edgesOut: readonly DrawnEdge[],
  nodeById: ReadonlyMap<string, GraphNode>,
): ReadonlyMap<string, string> {
  const rates = predictRates(split, wanted);
  const percents = toPercents(wanted);
  const texts = new Map<string, string>();
  for (const edge of edgesOut) {
    const node = nodeById.get(edge.target);
    if (node === undefined) continue;
    const reached = split.destinations.flatMap((destination, index) =>
      leadsTo(destination, node) ? [{ destination, index }] : [],
    );
    if (reached.length === 0) continue;
    const percent = reached.reduce((sum, { index }) => sum + (percents[index] ?? 0), 0);
    const rate = reached.reduce<number | null>(
      (sum, { destination, index }) =>
        isInOnePlace(destination, node)
          ? withChange(sum, rates[index] ?? null, destination.observedPerSecond)
          : null,
      edge.figures.rps,
    );
    texts.set(
      edge.id,
      rate === null ? `${percent} %` : `${percent} % · ${formatRate(Math.max(0, rate))}`,
    );
  }
  return texts;
}

/** What goes to workloads of several clusters is counted as one, so that none of it can be told for one cluster. */
function isInOnePlace({ workloads }: SplitDestination, { cluster }: GraphNode): boolean {
  return cluster === undefined || workloads.length < 2;
}

function withChange(
  sum: number | null,
  predicted: number | null,
  observed: number | null,
): number | null {
  return sum === null || predicted === null || observed === null
    ? null
    : sum - observed + predicted;
}

/** Whether a destination's traffic ends at a node: by workload name, or by version where the node stands for an app's version. */
function leadsTo(destination: SplitDestination, node: GraphNode): boolean {
  return destination.workloads.some((workload) => {
    const [path = '', suffix] = workload.split('@');
    const [namespace, name] = path.split('/');
    if (namespace !== node.namespace || suffix !== clusterSuffix(node.cluster).split('@')[1]) {
      return false;
    }
    if (node.label === name || node.id.endsWith(`/${name ?? ''}`)) return true;
    const isVersionNode = node.kind === 'versioned-app' && node.version !== null;
    return (
      isVersionNode &&
      (name === `${node.app ?? ''}-${node.version}` || destination.subset === node.version)
    );
  });
}
