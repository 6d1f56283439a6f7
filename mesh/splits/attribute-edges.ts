import { clientFilter } from '@/mesh/splits/client-filter';
import { workloadKey } from '@/mesh/topology/workload-key';
import { mergeReporters } from '@/mesh/telemetry/merge-reporters';
import { requestRate } from '@/mesh/telemetry/request-rate';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { PlacedRule } from '@/mesh/splits/placed-rule';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** A destination of a rule that an edge's requests may have been sent to. */
export interface Taker {
  readonly placed: PlacedRule;
  readonly position: number;
}

/** Traffic of one edge with everything in the routes that may have sent it there; never empty. */
export interface AttributedEdge {
  /** Requests (TCP: connections) per second; `null` when no series counts them. */
  readonly perSecond: number | null;
  readonly takers: readonly Taker[];
}

/**
 * Which rules may have sent what clients report. Metrics carry no rule, but they name the client, the workload that
 * answered, the host that the rule chose, and whether it was TCP; a rule comes into question when all four fit and no
 * rule before it takes everything of that client. Reports of servers are left out, because mirrored copies appear only
 * there. Cost is linear in edges and in rules per workload.
 */
export function attributeEdges(
  index: TopologyIndex,
  placed: readonly PlacedRule[],
  shadows: ReadonlyMap<string, string>,
  telemetry: TelemetrySnapshot,
): readonly AttributedEdge[] {
  const used = placed.filter(({ id }) => !shadows.has(id));
  const filters = new Map(used.map((rule) => [rule, clientFilter(index, rule)]));
  const earlier = earlierRules(used);
  const takersByKey = groupTakers(used);
  const isReached = (rule: PlacedRule, source: MergedEdge['source']) =>
    filters.get(rule)?.(source) !== 'nothing' &&
    (earlier.get(rule) ?? []).every((other) => filters.get(other)?.(source) !== 'all');
  const { governed } = index.topology;
  return mergeReporters(telemetry).flatMap((edge) => {
    if (edge.reporter === 'destination') return [];
    const { cluster } = edge.source;
    // Other istiods route their own clients; nobody knows whose a client is that metrics do not place.
    const isPlaced = cluster !== undefined && cluster !== null;
    const isAnybodys = governed !== undefined && !isPlaced;
    if (governed !== undefined && isPlaced && !governed.has(cluster)) return [];
    const candidates = takersByKey.get(edgeKey(edge)) ?? [];
    const takers = candidates.filter(
      (taker) => fitsEdge(taker, edge) && isReached(taker.placed, edge.source),
    );
    const named = takers.filter((taker) => isNamed(taker, edge));
    if (takers.length === 0) return [];
    return [
      {
        perSecond: isAnybodys ? null : requestRate(edge),
        takers: named.length > 0 ? named : takers,
      },
    ];
  });
}

/** True when the edge names the host of this very destination. */
function isNamed({ placed, position }: Taker, { destinationService }: MergedEdge): boolean {
  return placed.rule.destinations[position]?.fqdn === destinationService;
}

/** Where a destination's requests arrive, as edges name it: its workloads, or its host where nothing stands behind it. */
export function targetKeys({ placed, position }: Taker): readonly string[] {
  const workloads = placed.targets[position]?.workloads ?? [];
  if (workloads.length === 0) return [`host:${placed.rule.destinations[position]?.fqdn ?? ''}`];
  return workloads.map(workloadKey);
}

function edgeKey({ destination, destinationService }: MergedEdge): string {
  const { workload, namespace, cluster } = destination;
  return workload === null
    ? `host:${destinationService ?? ''}`
    : workloadKey({ namespace: namespace ?? '', name: workload, cluster });
}

function groupTakers(placed: readonly PlacedRule[]): ReadonlyMap<string, readonly Taker[]> {
  const groups = new Map<string, Taker[]>();
  for (const rule of placed) {
    for (const position of rule.targets.keys()) {
      const taker = { placed: rule, position };
      for (const key of targetKeys(taker)) {
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [taker]);
        else group.push(taker);
      }
    }
  }
  return groups;
}

/** For each rule those of the same protocol that stand before it in its object. */
function earlierRules(
  placed: readonly PlacedRule[],
): ReadonlyMap<PlacedRule, readonly PlacedRule[]> {
  const byList = new Map<string, PlacedRule[]>();
  const earlier = new Map<PlacedRule, readonly PlacedRule[]>();
  for (const rule of placed) {
    const { kind, meta } = rule.object;
    const key = `${kind}/${meta.namespace}/${meta.name}/${rule.rule.protocol}`;
    const before = byList.get(key) ?? [];
    earlier.set(rule, [...before]);
    byList.set(key, [...before, rule]);
  }
  return earlier;
}

function isTcp(protocol: string): boolean {
  return protocol === 'tls' || protocol === 'tcp';
}

/** Proxies name the host of the destination that the rule chose; where they cannot, the host that was asked for. */
function fitsEdge(taker: Taker, edge: MergedEdge): boolean {
  const { scope, rule, handleHost } = taker.placed;
  if (isTcp(edge.protocol) !== isTcp(rule.protocol)) return false;
  const host = edge.destinationService;
  if (host === null || isNamed(taker, edge)) return true;
  return host === handleHost || scope.hosts.includes(host);
}
