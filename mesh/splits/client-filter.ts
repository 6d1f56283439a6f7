import { clusterSuffix } from '@/mesh/topology/workload-key';
import { gatewayWorkloads } from '@/mesh/topology/gateway-workloads';
import { isGatewayRoute } from '@/mesh/splits/read-route-rules';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import type { ClientMatch } from '@/mesh/splits/client-match';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { PlacedRule } from '@/mesh/splits/placed-rule';
import type { TopologyIndex } from '@/mesh/topology/topology-index';
import type { Workload } from '@/mesh/topology/topology';

/** How much of what a client sends a rule may take: nothing, what fits its matches, or everything that reaches it. */
export type Taken = 'nothing' | 'some' | 'all';

/**
 * Tells for the client of an edge what a rule takes of its requests. Sidecars obey `mesh` routes, gateways those that
 * are bound to them; `exportTo` and the source fields of matches narrow both. A client that the topology does not know
 * fits any labels.
 */
export function clientFilter(
  index: TopologyIndex,
  { object, scope, rule }: PlacedRule,
): (source: MergedEdge['source']) => Taken {
  const gateways = new Map(
    scope.parents
      .filter((parent) => parent !== 'mesh')
      .map((parent) => [parent, new Set(gatewayWorkloads(index, parent))] as const),
  );
  const isConsumer = isGatewayRoute(object);
  const boundTo = (workload: Workload | null): readonly string[] => {
    if (workload?.proxy !== 'gateway') return scope.parents.includes('mesh') ? ['mesh'] : [];
    return [...gateways].filter(([, runs]) => runs.has(workload)).map(([parent]) => parent);
  };
  const memo = new Map<string, Taken>();
  const decide = (source: MergedEdge['source']): Taken => {
    const workload = index.workload(source.namespace ?? '', source.workload ?? '', source.cluster);
    const parents = boundTo(workload);
    if (parents.length === 0) return 'nothing';
    const isNarrowed = scope.clientNamespaces !== null && !(isConsumer && parents[0] !== 'mesh');
    if (isNarrowed && !scope.clientNamespaces.includes(source.namespace ?? '')) {
      return 'nothing';
    }
    const fitting = rule.clients.filter((match) => fits(match, parents, source, workload));
    if (fitting.length === 0) return 'nothing';
    return fitting.some(({ isTotal }) => isTotal) ? 'all' : 'some';
  };
  return (source) => {
    const key = `${source.namespace ?? ''}/${source.workload ?? ''}${clusterSuffix(source.cluster)}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const taken = decide(source);
    memo.set(key, taken);
    return taken;
  };
}

function fits(
  match: ClientMatch,
  parents: readonly string[],
  source: MergedEdge['source'],
  workload: Workload | null,
): boolean {
  if (match.gateways.length > 0) return parents.some((parent) => match.gateways.includes(parent));
  if (match.namespace !== null && match.namespace !== source.namespace) return false;
  return workload === null || selectorMatches(match.labels, workload.labels);
}
