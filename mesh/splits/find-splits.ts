import { effectiveWeights } from '@/mesh/splits/effective-weights';
import { compareObserved } from '@/mesh/splits/compare-observed';
import { handleHostOf, routeScope } from '@/mesh/splits/route-scope';
import { indexTopology } from '@/mesh/topology/topology-index';
import { readRouteRules } from '@/mesh/splits/read-route-rules';
import { notObserved, observeRules } from '@/mesh/splits/observe-rules';
import { clusterSuffix, workloadKey } from '@/mesh/topology/workload-key';
import { perspectivesOf } from '@/mesh/topology/perspective';
import { perTopology } from '@/mesh/topology/per-topology';
import { refKey, refOf } from '@/mesh/topology/object';
import { findShadows } from '@/mesh/splits/find-shadows';
import { splitWarnings } from '@/mesh/splits/split-warnings';
import { workloadsOfDestination } from '@/mesh/topology/workloads-of-destination';
import type { ObservedRule } from '@/mesh/splits/observed-rule';
import type { PlacedRule } from '@/mesh/splits/placed-rule';
import type { SplitDestination, TrafficSplit } from '@/mesh/splits/split';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { Topology } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const ROUTE_KINDS = [
  'networking.istio.io/VirtualService',
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/GRPCRoute',
  'gateway.networking.k8s.io/TLSRoute',
  'gateway.networking.k8s.io/TCPRoute',
] as const;

/** What splits are found in. `telemetry` is `null` without metrics; nothing is then observed. */
export interface SplitInputs {
  readonly topology: Topology;
  readonly telemetry: TelemetrySnapshot | null;
}

/**
 * Every rule of every route object that sends traffic to at least one destination, with configured weights beside
 * observed shares. Rules with one destination are there because a second could join. Ordered by object and position, of
 * several clusters those of each by itself.
 */
export function findSplits(inputs: SplitInputs): readonly TrafficSplit[] {
  const perspectives = perspectivesOf(indexTopology(inputs.topology));
  return perspectives.flatMap((index) => splitsOf(index, inputs));
}

function splitsOf(index: TopologyIndex, inputs: SplitInputs): readonly TrafficSplit[] {
  const placed = placedRules(index);
  const shadows = shadowedRules(index);
  const observed = observeRules(index, placed, shadows, inputs.telemetry);
  const windowSeconds = inputs.telemetry?.windowSeconds ?? null;
  return placed.map((rule) => {
    return toSplit(index, rule, observed.get(rule.id) ?? notObserved(rule), {
      windowSeconds,
      shadow: shadows.get(rule.id) ?? null,
    });
  });
}

const placedRules = perTopology((index): readonly PlacedRule[] => {
  const { clusterDomain } = index.topology.mesh;
  const placed: PlacedRule[] = [];
  for (const object of ROUTE_KINDS.flatMap((kind) => index.config(kind))) {
    const scope = routeScope(index, object);
    for (const rule of readRouteRules(object, clusterDomain)) {
      if (rule.destinations.length === 0) continue;
      const { kind, meta } = object;
      placed.push({
        id: `${kind}/${meta.namespace}/${meta.name}${rule.pointer}${clusterSuffix(object.cluster)}`,
        object,
        scope,
        rule,
        handleHost: handleHostOf(index, scope.hosts, rule),
        targets: rule.destinations.map(({ fqdn, subset }) =>
          workloadsOfDestination(index, fqdn, subset),
        ),
      });
    }
  }
  return placed.sort((a, b) => {
    const left = refKey(refOf(a.object));
    const right = refKey(refOf(b.object));
    return left < right ? -1 : left > right ? 1 : 0;
  });
});

const shadowedRules = perTopology((index) => findShadows(placedRules(index)));

interface Surroundings {
  readonly windowSeconds: number | null;
  readonly shadow: string | null;
}

function toSplit(
  index: TopologyIndex,
  placed: PlacedRule,
  observed: ObservedRule,
  around: Surroundings,
): TrafficSplit {
  const { object, scope, rule } = placed;
  const destinations = toDestinations(placed, observed);
  return {
    id: placed.id,
    object: refOf(object),
    apiVersion: object.apiVersion,
    resourceVersion: object.meta.resourceVersion,
    rulePointer: rule.pointer,
    ruleIndex: rule.index,
    ruleCount: rule.count,
    ruleName: rule.name,
    ruleText: rule.text,
    protocol: rule.protocol,
    matches: rule.matches,
    hosts: scope.hosts,
    parents: scope.parents,
    handleHost: placed.handleHost,
    destinations,
    mirrors: rule.mirrors.map(({ host, subset, percent }) => ({ host, subset, percent })),
    totalWeight: destinations.reduce((sum, { effectiveWeight }) => sum + effectiveWeight, 0),
    ...compareObserved(destinations, observed, around.windowSeconds),
    warnings: splitWarnings(index, placed, destinations, around.shadow),
  };
}

function toDestinations(placed: PlacedRule, observed: ObservedRule): readonly SplitDestination[] {
  const weights = effectiveWeights(placed);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const labels = shortLabels(placed);
  return placed.rule.destinations.map((destination, position) => {
    const target = placed.targets[position];
    const effectiveWeight = weights[position] ?? 0;
    return {
      ...destination,
      label: labels[position] ?? destination.host,
      effectiveWeight,
      share: total > 0 ? effectiveWeight / total : null,
      workloads: (target?.workloads ?? []).map(workloadKey),
      readyPods:
        target?.isCountable === true
          ? target.workloads.reduce((sum, { readyPods }) => sum + readyPods, 0)
          : null,
      observedPerSecond: observed.perSecond[position] ?? null,
      observedShare: observed.shares[position] ?? null,
    };
  });
}

/** The subset where there is one, else the host; with its port when that alone tells two apart. */
function shortLabels(placed: PlacedRule): readonly string[] {
  const { destinations } = placed.rule;
  const plain = destinations.map(({ subset, host }) => subset ?? host.split('.')[0] ?? host);
  const isShared = (label: string) => plain.filter((other) => other === label).length > 1;
  return destinations.map(({ host, subset, port }, position) => {
    const label = plain[position] ?? host;
    if (!isShared(label)) return label;
    const long = subset === null ? host : `${host.split('.')[0] ?? host} ${subset}`;
    return port === null ? long : `${long}:${port}`;
  });
}
