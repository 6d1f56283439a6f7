import {
  hostMatches,
  hostWithoutPort,
  parseServiceHost,
  resolveHost,
  serviceFqdn,
} from '@/mesh/topology/hosts';
import { readStrings } from '@/mesh/read-json';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import { workloadKey } from '@/mesh/topology/workload-key';
import type { ConfigObject } from '@/mesh/topology/object';
import type { Service, Topology, Workload } from '@/mesh/topology/topology';

/** A host of a ServiceEntry; `pattern` may be a wildcard. */
export interface ServiceEntryHost {
  readonly pattern: string;
  readonly object: ConfigObject;
}

/** Look-ups over one topology. Each is constant or proportional to its answer after the first call. */
export interface TopologyIndex {
  readonly topology: Topology;
  /** `cluster` where several are watched: a workload is not looked up by its name alone. */
  workload(namespace: string, name: string, cluster?: string | null): Workload | null;
  /** Those whose proxies the topology's objects configure: in a perspective, of its own clusters. */
  workloadsIn(namespace: string): readonly Workload[];
  servicesIn(namespace: string): readonly Service[];
  /**
   * Workloads whose pod labels the Service's selector takes, in its namespace; none for a Service without selector. Of
   * several clusters, what each cluster's own Service takes there.
   */
  workloadsOf(service: Service): readonly Workload[];
  /** Services whose selector takes the workload's labels, by name. */
  servicesOf(workload: Workload): readonly Service[];
  /** The Service behind a host, in full or as a client may have shortened it (`name.namespace`, with port). */
  serviceOfHost(host: string): Service | null;
  fqdn(service: Service): string;
  /** Objects of a `group/Kind` in one namespace, oldest first (Istio's order: time, name). */
  configIn(kind: string, namespace: string): readonly ConfigObject[];
  /** All objects of a `group/Kind`, oldest first. */
  config(kind: string): readonly ConfigObject[];
  /** The ServiceEntry host that covers `host`: exact before the longest wildcard, then the oldest object. */
  serviceEntryOf(host: string): ServiceEntryHost | null;
}

const indexes = new WeakMap<Topology, TopologyIndex>();

/** The index of a topology, made once for each topology object. */
export function indexTopology(topology: Topology): TopologyIndex {
  const known = indexes.get(topology);
  if (known !== undefined) return known;
  const made = makeIndex(topology);
  indexes.set(topology, made);
  return made;
}

/** Istio's order among objects of one scope: older first, then by name, then by namespace. */
export function byAge(a: ConfigObject, b: ConfigObject): number {
  return (
    a.meta.createdAtMs - b.meta.createdAtMs ||
    compareText(a.meta.name, b.meta.name) ||
    compareText(a.meta.namespace, b.meta.namespace)
  );
}

/** Orders texts by code unit, independent of locale, so that answers are the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function makeIndex(topology: Topology): TopologyIndex {
  const workloads = groupBy([...topology.workloads.values()], (workload) => workload.namespace);
  const governed = lazyMap((namespace: string) =>
    (workloads.get(namespace) ?? []).filter((workload) => isGoverned(topology, workload)),
  );
  const services = groupBy([...topology.services.values()], (service) => service.namespace);
  const byLabel = lazyMap((namespace: string) => labelIndex(workloads.get(namespace) ?? []));
  const workloadsOf = lazyMap((service: Service) => selectAll(service, byLabel(service.namespace)));
  const servicesByWorkload = lazyMap((namespace: string) =>
    invert(services.get(namespace) ?? [], workloadsOf),
  );
  const config = lazyMap((kind: string) => [...(topology.config.get(kind) ?? [])].sort(byAge));
  const configByNamespace = lazyMap((kind: string) =>
    groupBy(config(kind), (object) => object.meta.namespace),
  );
  const serviceOfHost = lazyMap((host: string) => findService(topology, host));
  const entries = lazyMap(() => entryHosts(topology, config('networking.istio.io/ServiceEntry')));
  const serviceEntryOf = lazyMap((host: string) => findEntry(entries(''), host));

  return {
    topology,
    workload: (namespace, name, cluster) =>
      topology.workloads.get(
        cluster === undefined ? `${namespace}/${name}` : workloadKey({ namespace, name, cluster }),
      ) ?? null,
    workloadsIn: (namespace) =>
      (topology.governed === undefined ? workloads.get(namespace) : governed(namespace)) ?? [],
    servicesIn: (namespace) => services.get(namespace) ?? [],
    workloadsOf,
    servicesOf: (workload) => servicesByWorkload(workload.namespace).get(workload) ?? [],
    serviceOfHost,
    fqdn: (service) => serviceFqdn(service.name, service.namespace, topology.mesh.clusterDomain),
    configIn: (kind, namespace) => configByNamespace(kind).get(namespace) ?? [],
    config,
    serviceEntryOf,
  };
}

function lazyMap<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as V;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

function groupBy<T>(
  items: readonly T[],
  key: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

type LabelIndex = ReadonlyMap<string, readonly Workload[]>;

function labelIndex(workloads: readonly Workload[]): LabelIndex {
  const byPair = new Map<string, Workload[]>();
  for (const workload of workloads) {
    for (const [key, value] of Object.entries(workload.labels)) {
      const pair = `${key}=${value}`;
      const list = byPair.get(pair);
      if (list === undefined) byPair.set(pair, [workload]);
      else list.push(workload);
    }
  }
  return byPair;
}

/** Whether the objects of a topology configure a workload's proxy; in all but perspectives they do. */
export function isGoverned({ governed }: Topology, { cluster }: Workload): boolean {
  return governed === undefined || (cluster !== undefined && governed.has(cluster));
}

function selectAll(service: Service, byPair: LabelIndex): readonly Workload[] {
  if (service.members === undefined) return select(service, byPair);
  return service.members.flatMap((member) =>
    select(member, byPair).filter(({ cluster }) => cluster === member.cluster),
  );
}

/** Looks only at the workloads that carry the rarest label of the selector. */
function select(service: Service, byPair: LabelIndex): readonly Workload[] {
  const pairs = Object.entries(service.selector ?? {});
  let rarest: readonly Workload[] | null = null;
  for (const [key, value] of pairs) {
    const list: readonly Workload[] = byPair.get(`${key}=${value}`) ?? [];
    if (rarest === null || list.length < rarest.length) rarest = list;
  }
  const selector = service.selector ?? {};
  return (rarest ?? [])
    .filter((workload) => selectorMatches(selector, workload.labels))
    .sort((a, b) => compareText(a.name, b.name));
}

function invert(
  services: readonly Service[],
  workloadsOf: (service: Service) => readonly Workload[],
): ReadonlyMap<Workload, readonly Service[]> {
  const byWorkload = new Map<Workload, Service[]>();
  for (const service of [...services].sort((a, b) => compareText(a.name, b.name))) {
    for (const workload of workloadsOf(service)) {
      const list = byWorkload.get(workload);
      if (list === undefined) byWorkload.set(workload, [service]);
      else list.push(service);
    }
  }
  return byWorkload;
}

function findService(topology: Topology, host: string): Service | null {
  const plain = hostWithoutPort(host);
  const parsed = parseServiceHost(plain, topology.mesh.clusterDomain) ?? parsePair(plain);
  return parsed === null
    ? null
    : (topology.services.get(`${parsed.namespace}/${parsed.name}`) ?? null);
}

function parsePair(host: string): { name: string; namespace: string } | null {
  const [name, namespace, ...rest] = host.split('.');
  return name && namespace && rest.length === 0 ? { name, namespace } : null;
}

interface EntryHosts {
  readonly exact: ReadonlyMap<string, ServiceEntryHost>;
  readonly wildcards: readonly ServiceEntryHost[];
}

function entryHosts(topology: Topology, objects: readonly ConfigObject[]): EntryHosts {
  const exact = new Map<string, ServiceEntryHost>();
  const wildcards: ServiceEntryHost[] = [];
  for (const object of objects) {
    for (const host of readStrings(object.spec, 'hosts')) {
      const pattern = resolveHost(host, object.meta.namespace, topology.mesh.clusterDomain);
      if (pattern.startsWith('*')) wildcards.push({ pattern, object });
      else if (!exact.has(pattern)) exact.set(pattern, { pattern, object });
    }
  }
  wildcards.sort((a, b) => b.pattern.length - a.pattern.length);
  return { exact, wildcards };
}

function findEntry(entries: EntryHosts, host: string): ServiceEntryHost | null {
  const plain = hostWithoutPort(host);
  return (
    entries.exact.get(plain) ??
    entries.wildcards.find((entry) => hostMatches(entry.pattern, plain)) ??
    null
  );
}
