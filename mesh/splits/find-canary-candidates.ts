import { compareNatural, freeName, slug } from '@/mesh/splits/canary-names';
import { hostMatches } from '@/mesh/topology/hosts';
import { GATEWAY_ROUTES } from '@/mesh/splits/read-route-rules';
import { perTopology } from '@/mesh/topology/per-topology';
import { indexTopology } from '@/mesh/topology/topology-index';
import { portUse } from '@/mesh/splits/port-use';
import { refOf } from '@/mesh/topology/object';
import { routeScope } from '@/mesh/splits/route-scope';
import { subsetBase, subsetOf, type SubsetBase } from '@/mesh/splits/canary-subsets';
import type {
  CanaryApi,
  CanaryApiOption,
  CanaryCandidate,
  CanaryVersion,
} from '@/mesh/splits/canary';
import type { Service, ServicePort, Topology, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const ISTIO = 'networking.istio.io';
const GATEWAY = 'gateway.networking.k8s.io';

/** Route kinds whose hosts count as routed, as `group/Kind`. */
const ROUTE_KINDS = [`${ISTIO}/VirtualService`, ...Object.keys(GATEWAY_ROUTES)];

/** Pod labels that name a version, best first; Istio derives the canonical revision from them. */
const VERSION_LABELS = [
  'version',
  'service.istio.io/canonical-revision',
  'app.kubernetes.io/version',
] as const;

const MAX_NAME_LENGTH = 63;

/**
 * Services with pods of two or more versions for which no route speaks in the mesh, ordered by namespace and name. Left
 * out: Services without selector, Services of gateways, and those whose pods carry no version label.
 */
export function findCanaryCandidates(topology: Topology): readonly CanaryCandidate[] {
  return candidatesOf(indexTopology(topology));
}

const candidatesOf = perTopology((index): readonly CanaryCandidate[] => {
  const routed = routedHosts(index);
  return [...index.topology.services.values()]
    .map((service) => toCandidate(index, service, routed))
    .filter((candidate) => candidate !== null)
    .sort((a, b) => compareNatural(a.id, b.id));
});

/** Hosts that some route claims in the mesh. `*` stands for a gateway's hosts only. */
function routedHosts(index: TopologyIndex): readonly string[] {
  const hosts = ROUTE_KINDS.flatMap((kind) => index.config(kind)).flatMap((object) => {
    const scope = routeScope(index, object);
    const isUsed = scope.parents.includes('mesh') && scope.clientNamespaces?.length !== 0;
    return isUsed ? scope.hosts : [];
  });
  return [...new Set(hosts)].filter((host) => host !== '*');
}

function toCandidate(
  index: TopologyIndex,
  service: Service,
  routed: readonly string[],
): CanaryCandidate | null {
  if (service.selector === null || service.externalName !== null) return null;
  const workloads = index.workloadsOf(service).filter(({ proxy }) => proxy !== 'gateway');
  const labelKey = versionLabel(workloads);
  if (labelKey === null) return null;
  const host = index.fqdn(service);
  if (routed.some((pattern) => hostMatches(pattern, host))) return null;
  const base = subsetBase(index, service);
  const versions = toVersions({ index, service, workloads, labelKey, base });
  return {
    id: `${service.namespace}/${service.name}`,
    namespace: service.namespace,
    service: service.name,
    host,
    labelKey,
    versions,
    unversioned: workloads.filter(({ labels }) => !labels[labelKey]).map(nameOf),
    destinationRule: base.rule === null ? null : refOf(base.rule),
    apis: toApis(index, service, versions, base),
  };
}

/** The label with two or more values that most of the workloads carry. */
function versionLabel(workloads: readonly Workload[]): string | null {
  let best: { readonly key: string; readonly carriers: number } | null = null;
  for (const key of VERSION_LABELS) {
    const values = workloads.flatMap(({ labels }) => labels[key] || []);
    if (new Set(values).size < 2) continue;
    if (best === null || values.length > best.carriers) best = { key, carriers: values.length };
  }
  return best?.key ?? null;
}

function nameOf({ namespace, name }: Workload): string {
  return `${namespace}/${name}`;
}

interface VersionInputs {
  readonly index: TopologyIndex;
  readonly service: Service;
  readonly workloads: readonly Workload[];
  readonly labelKey: string;
  readonly base: SubsetBase;
}

function toVersions(inputs: VersionInputs): readonly CanaryVersion[] {
  const { index, service, workloads, labelKey, base } = inputs;
  const values = new Set(workloads.flatMap(({ labels }) => labels[labelKey] || []));
  const taken = new Set<string>();
  const port = gatewayPort(service);
  return [...values].sort(compareNatural).map((version) => {
    const own = workloads.filter(({ labels }) => labels[labelKey] === version);
    const subset = subsetOf(base, { key: labelKey, value: version }, taken);
    taken.add(subset.name);
    const reused = serviceOf(index, service, own, port);
    return {
      version,
      workloads: own.map(nameOf),
      readyPods: own.reduce((sum, { readyPods }) => sum + readyPods, 0),
      subset: subset.name,
      hasSubset: subset.isDefined,
      service: reused?.name ?? `${service.name}-${slug(version)}`,
      servicePort: reused?.port ?? port?.port ?? null,
      hasService: reused !== null,
    };
  });
}

/** The port that a Gateway API route can split: the first that speaks HTTP or gRPC. */
export function gatewayPort(service: Service): ServicePort | null {
  return service.ports.find((port) => ['http', 'grpc'].includes(portUse(port))) ?? null;
}

/** A Service that reaches exactly these workloads, on a port that leads to the same container port. */
function serviceOf(
  index: TopologyIndex,
  service: Service,
  workloads: readonly Workload[],
  port: ServicePort | null,
): { readonly name: string; readonly port: number } | null {
  if (port === null) return null;
  for (const other of index.servicesIn(service.namespace)) {
    if (other === service || other.headless || other.selector === null) continue;
    const reached = index.workloadsOf(other);
    const isExact =
      reached.length === workloads.length && workloads.every((one) => reached.includes(one));
    const same = other.ports.find(({ targetPort }) => targetPort === port.targetPort);
    if (isExact && same !== undefined) return { name: other.name, port: same.port };
  }
  return null;
}

function toApis(
  index: TopologyIndex,
  service: Service,
  versions: readonly CanaryVersion[],
  base: SubsetBase,
): readonly CanaryApiOption[] {
  const options: CanaryApiOption[] = [];
  const isServed = (group: string, kind: string) => index.topology.config.has(`${group}/${kind}`);
  const add = (group: string, api: CanaryApi, reason: () => string | null) => {
    if (!isServed(group, api)) return;
    const name = freeRouteName(index, service, group, api);
    const unavailable = name === null ? takenReason(api, service.name) : reason();
    options.push({ api, name: name ?? service.name, unavailable });
  };
  add(ISTIO, 'VirtualService', () => istioFault(index, service, base));
  add(GATEWAY, 'HTTPRoute', () => {
    const isGrpc = portUses(service).includes('grpc') && !portUses(service).includes('http');
    if (isGrpc && isServed(GATEWAY, 'GRPCRoute'))
      return 'Its port speaks gRPC; a GRPCRoute suits it.';
    return gatewayFault(index, service, versions);
  });
  add(GATEWAY, 'GRPCRoute', () => {
    const port = gatewayPort(service);
    if (port === null || portUse(port) !== 'grpc')
      return 'None of its ports is said to speak gRPC.';
    return gatewayFault(index, service, versions);
  });
  return options;
}

function portUses(service: Service): readonly string[] {
  return service.ports.map(portUse);
}

/** Name of the route to create: the service's own, or with `-canary` where that is taken. */
function freeRouteName(
  index: TopologyIndex,
  service: Service,
  group: string,
  kind: string,
): string | null {
  return freeName(service.name, namesIn(index, `${group}/${kind}`, service.namespace));
}

/** Names of a kind's objects in a namespace. */
export function namesIn(
  index: TopologyIndex,
  kind: string,
  namespace: string,
): ReadonlySet<string> {
  return new Set(index.configIn(kind, namespace).map(({ meta }) => meta.name));
}

function takenReason(kind: string, name: string): string {
  return `There already are objects ${kind} ${name} and ${name}-canary, for something else.`;
}

function istioFault(index: TopologyIndex, service: Service, base: SubsetBase): string | null {
  const uses = portUses(service);
  const kind = `${ISTIO}/DestinationRule`;
  if (!index.topology.config.has(kind)) return 'The cluster does not serve DestinationRule.';
  if (service.headless) {
    return 'Clients of a headless Service choose a pod themselves, so subsets would not steer them.';
  }
  if (!uses.some((use) => use === 'http' || use === 'grpc' || use === 'tcp')) {
    return 'Its ports carry TLS that clients began themselves, or no TCP; that cannot be split without names to match.';
  }
  const names = namesIn(index, kind, service.namespace);
  if (base.rule === null && freeName(service.name, names) === null)
    return takenReason('DestinationRule', service.name);
  return null;
}

function gatewayFault(
  index: TopologyIndex,
  service: Service,
  versions: readonly CanaryVersion[],
): string | null {
  if (gatewayPort(service) === null) return 'None of its ports speaks HTTP or gRPC.';
  const created = versions.filter(({ hasService }) => !hasService).map(({ service: name }) => name);
  const there = new Set(index.servicesIn(service.namespace).map(({ name }) => name));
  const clash = created.find((name, position) => {
    return there.has(name) || created.indexOf(name) !== position;
  });
  if (clash !== undefined) {
    return `It needs a Service ${clash} for one version alone, and that name is taken by another Service or version.`;
  }
  const long = created.find((name) => name.length > MAX_NAME_LENGTH);
  return long === undefined ? null : `The name ${long} would be longer than a Service may have.`;
}
