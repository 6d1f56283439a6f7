import { gatewayWorkloads } from '@/mesh/topology/gateway-workloads';
import { mergeReporters } from '@/mesh/telemetry/merge-reporters';
import { requestRate } from '@/mesh/telemetry/request-rate';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { PlacedRule } from '@/mesh/splits/placed-rule';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** What metrics say of one rule. `perSecond` is `null` when it cannot be told, for the reason given. */
export interface ObservedRule {
  readonly perSecond: readonly number[] | null;
  readonly reason: string;
}

/**
 * Observed rates by rule id: requests (TCP: connections) that clients sent to each destination's workloads. Metrics
 * carry no rule, so a rule is observable only when no two of its destinations, and no other rule for the same host and
 * clients, can reach the same workload. Reports of servers are left out, because mirrored copies appear only there.
 */
export function observeRules(
  index: TopologyIndex,
  placed: readonly PlacedRule[],
  shadows: ReadonlyMap<string, string>,
  telemetry: TelemetrySnapshot | null,
): ReadonlyMap<string, ObservedRule> {
  const observed = new Map<string, ObservedRule>();
  if (telemetry === null) return observed;
  const arrivals = edgesByTarget(telemetry);
  const byHandle = groupByHandle(placed);
  for (const rule of placed) {
    const rivals = byHandle.get(rule.handleHost ?? rule.id) ?? [];
    const reason = shadows.get(rule.id) ?? unobservable(rule, rivals, shadows);
    if (reason !== null) observed.set(rule.id, { perSecond: null, reason });
    else observed.set(rule.id, { perSecond: ratesOf(index, rule, arrivals), reason: '' });
  }
  return observed;
}

function groupByHandle(placed: readonly PlacedRule[]): ReadonlyMap<string, readonly PlacedRule[]> {
  const groups = new Map<string, PlacedRule[]>();
  for (const rule of placed) {
    const key = rule.handleHost ?? rule.id;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rule]);
    else group.push(rule);
  }
  return groups;
}

function unobservable(
  placed: PlacedRule,
  rivals: readonly PlacedRule[],
  shadows: ReadonlyMap<string, string>,
): string | null {
  const own = new Set<string>();
  for (const [position, key] of targetKeys(placed)) {
    if (own.has(key)) {
      const name = placed.rule.destinations[position]?.host ?? key;
      return `Two destinations of this rule reach the same workloads (${name}), so metrics cannot tell them apart.`;
    }
    own.add(key);
  }
  for (const rival of rivals) {
    if (rival.id === placed.id || shadows.has(rival.id) || !shareClients(placed, rival)) continue;
    if (!isSameTraffic(placed, rival)) continue;
    for (const [position, key] of targetKeys(rival)) {
      if (!own.has(key) || rival.rule.destinations[position]?.weight === 0) continue;
      const { rule } = rival;
      const where =
        rival.object === placed.object ? '' : ` of ${rival.object.kind} ${rival.object.meta.name}`;
      const name = rule.name ?? `number ${rule.index + 1}`;
      return `Rule ${name}${where} sends other requests to the same workloads, and metrics do not say which rule a request took.`;
    }
  }
  return null;
}

function* targetKeys(placed: PlacedRule): Generator<readonly [number, string]> {
  for (const [position, target] of placed.targets.entries()) {
    if (target.workloads.length === 0) {
      yield [
        position,
        `host:${placed.rule.destinations[position]?.fqdn ?? ''}:${placed.rule.destinations[position]?.subset ?? ''}`,
      ];
    }
    for (const { namespace, name } of target.workloads) yield [position, `${namespace}/${name}`];
  }
}

function shareClients(a: PlacedRule, b: PlacedRule): boolean {
  const isScopeShared =
    a.scope.onlyClientsIn === null ||
    b.scope.onlyClientsIn === null ||
    a.scope.onlyClientsIn === b.scope.onlyClientsIn;
  return isScopeShared && a.scope.parents.some((parent) => b.scope.parents.includes(parent));
}

function isSameTraffic(a: PlacedRule, b: PlacedRule): boolean {
  const isTcp = (rule: PlacedRule) => rule.rule.protocol === 'tls' || rule.rule.protocol === 'tcp';
  return isTcp(a) === isTcp(b);
}

/** Clients' edges by destination workload (`namespace/name`), and by host where no workload is named. */
function edgesByTarget(telemetry: TelemetrySnapshot): ReadonlyMap<string, readonly MergedEdge[]> {
  const byTarget = new Map<string, MergedEdge[]>();
  for (const edge of mergeReporters(telemetry)) {
    if (edge.reporter === 'destination') continue;
    const { workload, namespace } = edge.destination;
    const key =
      workload === null
        ? `host:${edge.destinationService ?? ''}`
        : `${namespace ?? ''}/${workload}`;
    const known = byTarget.get(key);
    if (known === undefined) byTarget.set(key, [edge]);
    else known.push(edge);
  }
  return byTarget;
}

function ratesOf(
  index: TopologyIndex,
  placed: PlacedRule,
  arrivals: ReadonlyMap<string, readonly MergedEdge[]>,
): readonly number[] {
  const isClient = clientFilter(index, placed);
  const hosts = new Set([
    ...placed.scope.hosts,
    ...(placed.handleHost === null ? [] : [placed.handleHost]),
  ]);
  const isTcp = placed.rule.protocol === 'tls' || placed.rule.protocol === 'tcp';
  return placed.rule.destinations.map(({ fqdn }, position) => {
    const workloads = placed.targets[position]?.workloads ?? [];
    const keys =
      workloads.length === 0
        ? [`host:${fqdn}`]
        : workloads.map(({ namespace, name }) => `${namespace}/${name}`);
    let sum = 0;
    for (const edge of keys.flatMap((key) => arrivals.get(key) ?? [])) {
      if ((edge.protocol === 'tcp') !== isTcp || !isClient(edge)) continue;
      const host = edge.destinationService;
      if (host === null || host === fqdn || hosts.has(host)) sum += requestRate(edge) ?? 0;
    }
    return sum;
  });
}

/** Sidecars obey `mesh` routes, gateways those that are attached to them. */
function clientFilter(index: TopologyIndex, placed: PlacedRule): (edge: MergedEdge) => boolean {
  const { parents, onlyClientsIn } = placed.scope;
  const gateways = new Set(
    parents
      .filter((parent) => parent !== 'mesh')
      .flatMap((parent) => gatewayWorkloads(index, parent))
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const isMesh = parents.includes('mesh');
  return ({ source }) => {
    const workload = index.workload(source.namespace ?? '', source.workload ?? '');
    if (workload?.proxy === 'gateway')
      return gateways.has(`${workload.namespace}/${workload.name}`);
    return isMesh && (onlyClientsIn === null || source.namespace === onlyClientsIn);
  };
}
