import { workloadKey } from '@/mesh/topology/workload-key';
import type { JsonObject } from '@/mesh/json';
import type { ConfigObject, ObjectMeta } from '@/mesh/topology/object';
import type {
  Cluster,
  MeshConfig,
  Namespace,
  Service,
  Topology,
  Workload,
} from '@/mesh/topology/topology';

/** A namespace; without labels it is not in the mesh. */
export function aNamespace(name: string, labels: Readonly<Record<string, string>> = {}): Namespace {
  return { name, labels, createdAtMs: 0, meshLabelsAtMs: null };
}

/** Istio's own defaults, as with an untouched ConfigMap. */
export function aMeshConfig(over: Partial<MeshConfig> = {}): MeshConfig {
  return {
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
    trustDomainAliases: [],
    skipsTrustDomainCheck: false,
    protocolDetectionTimeoutMs: 0,
    clusterDomain: 'cluster.local',
    enableAutoMtls: true,
    outboundTrafficPolicy: 'ALLOW_ANY',
    defaultVirtualServiceExportTo: ['*'],
    defaultDestinationRuleExportTo: ['*'],
    found: true,
    ...over,
  };
}

/** A Deployment of one ready pod with a sidecar; app and version follow from `name-version` and stand in the labels. */
export function aWorkload(namespace: string, name: string, over: Partial<Workload> = {}): Workload {
  const versioned = /^(.*)-(v\d+)$/.exec(name);
  const app = over.app ?? versioned?.[1] ?? name;
  const version = over.version ?? versioned?.[2] ?? 'latest';
  return {
    namespace,
    name,
    kind: 'Deployment',
    labels: { app, ...(version === 'latest' ? {} : { version }) },
    annotations: {},
    serviceAccount: `${namespace}-${app}`,
    desired: 1,
    pods: 1,
    readyPods: 1,
    proxiedPods: 1,
    proxy: 'sidecar',
    proxies: [{ version: '1.30.3', revision: 'default', pods: 1 }],
    barePodsAtMs: null,
    istiod: null,
    ports: [{ name: 'http', port: 9080 }],
    hostNetwork: false,
    ...over,
    app,
    version,
  };
}

/** A ClusterIP Service of one HTTP port 9080 that selects `app: name`. */
export function aService(namespace: string, name: string, over: Partial<Service> = {}): Service {
  return {
    namespace,
    name,
    createdAtMs: 0,
    labels: {},
    annotations: {},
    selector: { app: name },
    headless: false,
    type: 'ClusterIP',
    externalName: null,
    ports: [{ name: 'http', port: 9080, targetPort: 9080, protocol: 'TCP', appProtocol: null }],
    ...over,
  };
}

/** Metadata of an object that nobody owns. */
export function aMeta(namespace: string, name: string, over: Partial<ObjectMeta> = {}): ObjectMeta {
  return {
    namespace,
    name,
    uid: `${namespace}-${name}`,
    resourceVersion: '1',
    createdAtMs: 1_000,
    labels: {},
    annotations: {},
    owners: [],
    managers: [],
    ...over,
  };
}

/** Any config object; `kind` is `group/Kind`. */
export function aConfigObject(
  kind: string,
  namespace: string,
  name: string,
  spec: JsonObject,
  meta: Partial<ObjectMeta> = {},
): ConfigObject {
  const [group = '', kindName = ''] = kind.split('/');
  return {
    apiVersion: `${group}/v1`,
    group,
    kind: kindName,
    meta: aMeta(namespace, name, meta),
    spec,
    status: null,
  };
}

/** A VirtualService. */
export function aVirtualService(
  namespace: string,
  name: string,
  spec: JsonObject,
  meta: Partial<ObjectMeta> = {},
): ConfigObject {
  return aConfigObject('networking.istio.io/VirtualService', namespace, name, spec, meta);
}

/** A DestinationRule. */
export function aDestinationRule(
  namespace: string,
  name: string,
  spec: JsonObject,
  meta: Partial<ObjectMeta> = {},
): ConfigObject {
  return aConfigObject('networking.istio.io/DestinationRule', namespace, name, spec, meta);
}

/** A PeerAuthentication. */
export function aPeerAuthentication(
  namespace: string,
  name: string,
  spec: JsonObject,
  meta: Partial<ObjectMeta> = {},
): ConfigObject {
  return aConfigObject('security.istio.io/PeerAuthentication', namespace, name, spec, meta);
}

/** A Gateway API HTTPRoute. */
export function anHttpRoute(
  namespace: string,
  name: string,
  spec: JsonObject,
  meta: Partial<ObjectMeta> = {},
): ConfigObject {
  return aConfigObject('gateway.networking.k8s.io/HTTPRoute', namespace, name, spec, meta);
}

/** What a topology is made of; namespaces are those that anything names. */
export interface TopologyParts {
  readonly services?: readonly Service[];
  readonly workloads?: readonly Workload[];
  readonly config?: readonly ConfigObject[];
  readonly mesh?: Partial<MeshConfig>;
  readonly namespaces?: readonly Namespace[];
}

/** A topology of the given parts. */
export function aTopology(parts: TopologyParts = {}): Topology {
  const services = parts.services ?? [];
  const workloads = parts.workloads ?? [];
  const config = new Map<string, ConfigObject[]>();
  for (const object of parts.config ?? []) {
    const kind = `${object.group}/${object.kind}`;
    config.set(kind, [...(config.get(kind) ?? []), object]);
  }
  const namespaces = new Map<string, Namespace>();
  for (const { namespace } of [...services, ...workloads]) {
    namespaces.set(namespace, aNamespace(namespace));
  }
  for (const namespace of parts.namespaces ?? []) namespaces.set(namespace.name, namespace);
  return {
    revision: 1,
    atMs: 1_000_000,
    cluster: 'test',
    isRestricted: false,
    namespaces,
    services: new Map(services.map((s) => [`${s.namespace}/${s.name}`, s])),
    workloads: new Map(workloads.map((w) => [workloadKey(w), w])),
    config,
    mesh: aMeshConfig(parts.mesh),
  };
}

/** What one of several clusters holds; `primary`: whose istiod configures it, its own unless said otherwise. */
export interface ClusterContents extends TopologyParts {
  readonly primary?: string | null;
}

/** A topology of several clusters by name, as the source of several clusters joins them. */
export function aTopologyOf(contents: Readonly<Record<string, ClusterContents>>): Topology {
  const parts = Object.entries(contents).map(([cluster, content]) => {
    const own = aTopology(content);
    return { cluster, own, primary: content.primary === undefined ? cluster : content.primary };
  });
  const clusters = new Map<string, Cluster>(
    parts.map(({ cluster, own, primary }) => [cluster, { name: cluster, primary, mesh: own.mesh }]),
  );
  const config = new Map<string, ConfigObject[]>();
  for (const { cluster, own } of parts) {
    for (const [kind, objects] of own.config) {
      const placed = objects.map((object) => ({ ...object, cluster }));
      config.set(kind, [...(config.get(kind) ?? []), ...placed]);
    }
  }
  return {
    ...aTopology(),
    cluster: parts[0]?.cluster ?? 'none',
    clusters,
    namespaces: joined(parts.map(({ cluster, own }) => placedIn(cluster, own.namespaces))),
    services: joined(parts.map(({ cluster, own }) => placedIn(cluster, own.services))),
    workloads: new Map(
      parts.flatMap(({ cluster, own }) =>
        [...own.workloads.values()].map((workload) => {
          const placed = { ...workload, cluster };
          return [workloadKey(placed), placed] as const;
        }),
      ),
    ),
    config,
  };
}

function placedIn<T extends object>(
  cluster: string,
  items: ReadonlyMap<string, T>,
): readonly (readonly [string, T & { readonly cluster: string }])[] {
  return [...items].map(([key, item]) => [key, { ...item, cluster }]);
}

function joined<T extends object>(
  lists: readonly (readonly (readonly [string, T])[])[],
): ReadonlyMap<string, T & { readonly members: readonly T[] }> {
  const byKey = new Map<string, T[]>();
  for (const [key, item] of lists.flat()) byKey.set(key, [...(byKey.get(key) ?? []), item]);
  return new Map(
    [...byKey].flatMap(([key, members]) => {
      const [first] = members;
      return first === undefined ? [] : [[key, { ...first, members }] as const];
    }),
  );
}
