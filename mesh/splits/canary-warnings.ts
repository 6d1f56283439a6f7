import { deliveryToolWarnings } from '@/mesh/splits/owner-warnings';
import { GATEWAY_ROUTES, readRouteRules } from '@/mesh/splits/read-route-rules';
import { gatewayPort } from '@/mesh/splits/find-canary-candidates';
import { portUse } from '@/mesh/splits/port-use';
import { readString } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import { rivalDestinationRules, subsetBase } from '@/mesh/splits/canary-subsets';
import type { CanaryCandidate, CanaryStart, CanaryWarning } from '@/mesh/splits/canary';
import type { Service } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** What to say before a canary of this service is started: who else would write it, and who would not follow it. */
export function canaryWarnings(
  index: TopologyIndex,
  service: Service,
  candidate: CanaryCandidate,
  start: CanaryStart,
): readonly CanaryWarning[] {
  const isIstio = start.api === 'VirtualService';
  return [
    ...flagger(index, candidate),
    ...endpoints(candidate, start),
    ...unversioned(candidate),
    ...(isIstio ? destinationRules(index, service, candidate) : []),
    ...routedPast(index, candidate),
    ...ports(service, start),
    ...waypoint(index, service, candidate),
  ];
}

function warning(
  rule: CanaryWarning['rule'],
  message: string,
  object: CanaryWarning['object'] = null,
): CanaryWarning {
  return { rule, message, object, blocks: false };
}

function flagger(index: TopologyIndex, candidate: CanaryCandidate): readonly CanaryWarning[] {
  const { namespace, service, versions } = candidate;
  const workloads = versions.flatMap((version) => version.workloads);
  return index
    .configIn('flagger.app/Canary', namespace)
    .filter(({ spec }) => {
      const target = readString(spec, 'targetRef', 'name');
      const apex = readString(spec, 'service', 'name') ?? target;
      return apex === service || workloads.includes(`${namespace}/${target ?? ''}`);
    })
    .map((canary) => ({
      ...warning(
        'owned-by-flagger',
        `Flagger (Canary ${canary.meta.name}) makes the routes of this service itself.`,
        refOf(canary),
      ),
      blocks: true,
    }));
}

function endpoints(candidate: CanaryCandidate, start: CanaryStart): readonly CanaryWarning[] {
  return candidate.versions.flatMap(({ version, readyPods }) => {
    const wanted = start.weights.find((one) => one.version === version)?.weight ?? 0;
    if (wanted === 0 || readyPods > 0) return [];
    const message = `${version} has no ready pod; requests sent there fail with 503.`;
    return [warning('no-endpoints', message)];
  });
}

function unversioned(candidate: CanaryCandidate): readonly CanaryWarning[] {
  const { unversioned: workloads, labelKey } = candidate;
  if (workloads.length === 0) return [];
  const message = `${workloads.join(', ')} carry no label ${labelKey} and would get no more requests.`;
  return [warning('unversioned-workloads', message)];
}

function destinationRules(
  index: TopologyIndex,
  service: Service,
  candidate: CanaryCandidate,
): readonly CanaryWarning[] {
  const base = subsetBase(index, service);
  const missing = candidate.versions.some(({ hasSubset }) => !hasSubset);
  const owners =
    base.rule === null || !missing
      ? []
      : deliveryToolWarnings(base.rule).map(({ message, object }) =>
          warning('owned-by-delivery-tool', message, object),
        );
  const copied =
    base.shadowed === null
      ? []
      : [
          warning(
            'policy-copied',
            `The new DestinationRule takes the place of ${base.shadowed.object.meta.namespace}/${base.shadowed.object.meta.name} for this service, so it repeats that rule’s traffic policy; later changes there no longer reach this service.`,
            refOf(base.shadowed.object),
          ),
        ];
  const subsets = candidate.versions.map(({ subset }) => subset);
  const rivals = rivalDestinationRules(index, service, subsets).map((rule) =>
    warning(
      'other-destination-rule',
      `Clients in ${rule.meta.namespace} use DestinationRule ${rule.meta.name} of their own, which does not define these subsets; their requests would fail with 503.`,
      refOf(rule),
    ),
  );
  return [...owners, ...copied, ...rivals];
}

/** Routes that name this service as a destination do so whatever its own route says. */
function routedPast(index: TopologyIndex, candidate: CanaryCandidate): readonly CanaryWarning[] {
  const { clusterDomain } = index.topology.mesh;
  const kinds = ['networking.istio.io/VirtualService', ...Object.keys(GATEWAY_ROUTES)];
  return kinds
    .flatMap((kind) => index.config(kind))
    .filter((object) =>
      readRouteRules(object, clusterDomain).some(({ destinations }) =>
        destinations.some(({ fqdn }) => fqdn === candidate.host),
      ),
    )
    .map((object) =>
      warning(
        'routed-past',
        `Requests that ${object.kind} ${object.meta.namespace}/${object.meta.name} sends to this service do not take the new route; they go to all versions as before.`,
        refOf(object),
      ),
    );
}

function ports(service: Service, start: CanaryStart): readonly CanaryWarning[] {
  const isHttp = service.ports.some((port) => ['http', 'grpc'].includes(portUse(port)));
  const left = service.ports.filter((port) => {
    const use = portUse(port);
    if (start.api !== 'VirtualService') return port !== gatewayPort(service);
    return isHttp ? use !== 'http' && use !== 'grpc' : use !== 'tcp';
  });
  if (left.length === 0) return [];
  const numbers = left.map(({ port }) => port).join(', ');
  return [warning('port-not-split', `Port ${numbers} keeps going to all versions.`)];
}

function waypoint(
  index: TopologyIndex,
  service: Service,
  candidate: CanaryCandidate,
): readonly CanaryWarning[] {
  const ids = candidate.versions.flatMap(({ workloads }) => workloads);
  const isAmbient = ids.some((id) => index.topology.workloads.get(id)?.proxy === 'ambient');
  const label = 'istio.io/use-waypoint';
  const namespace = index.topology.namespaces.get(service.namespace);
  const named = service.labels[label] ?? namespace?.labels[label];
  if (namespace?.isUnread === true && named === undefined) return [];
  if (!isAmbient || (named !== undefined && named !== 'none')) return [];
  const message =
    'Its pods are in the ambient mesh and no waypoint is set; without one only clients with a sidecar follow the route.';
  return [warning('needs-waypoint', message)];
}
