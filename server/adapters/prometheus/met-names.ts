import type { PeerLabels } from '@/mesh/telemetry/telemetry';

/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>;

/** A label's value; `null` when it is missing, empty or `unknown`. */
function known(labels: Labels, name: string): string | null {
  const value = labels[name];
  return value === undefined || value === '' || value === 'unknown' ? null : value;
}

/**
 * Names met in the answers of one refresh, each kept once: they name the same few thousand workloads and hosts many times
 * over, and a text that came over the wire is a new one each time. Peers are kept by namespace and workload; another app
 * or version of the same workload is rare, and made anew.
 */
export interface MetNames {
  readonly peers: Map<string, Map<string, PeerLabels>>;
  /** Whether peers are told apart by their clusters, too; kept by `namespace@cluster` then. */
  readonly isByCluster: boolean;
  readonly texts: Map<string, string>;
}

/** Nothing met yet. */
export function noNames(isByCluster = false): MetNames {
  return { peers: new Map(), texts: new Map(), isByCluster };
}

/** A label's value, as the text that was met first; `null` when it is missing, empty or `unknown`. */
export function shared({ texts }: MetNames, labels: Labels, name: string): string | null {
  const value = known(labels, name);
  return value === null ? null : getOrMake(texts, value, () => value);
}

/** Labels that name one end of an edge. */
export interface PeerNames {
  readonly cluster: string;
  readonly workload: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
}

/** The client's. */
export const SOURCE: PeerNames = {
  cluster: 'source_cluster',
  workload: 'source_workload',
  namespace: 'source_workload_namespace',
  app: 'source_canonical_service',
  version: 'source_canonical_revision',
};

/** The server's. */
export const DESTINATION: PeerNames = {
  cluster: 'destination_cluster',
  workload: 'destination_workload',
  namespace: 'destination_workload_namespace',
  app: 'destination_canonical_service',
  version: 'destination_canonical_revision',
};

/** One end of an edge as its labels name it; `null` where nobody does. */
export function peer(book: MetNames, labels: Labels, names: PeerNames): PeerLabels {
  const { peers, texts, isByCluster } = book;
  const cluster = isByCluster ? clusterOf(book, labels, names) : undefined;
  const workload = known(labels, names.workload);
  const namespace = known(labels, names.namespace);
  const app = known(labels, names.app);
  // Istio writes `latest` for a revision that it does not know, also where it knows nothing at all.
  const version = workload === null && app === null ? null : known(labels, names.version);
  const inNamespace = getOrMake(
    peers,
    cluster === undefined ? (namespace ?? '') : `${namespace ?? ''}@${cluster ?? ''}`,
    () => new Map<string, PeerLabels>(),
  );
  const met = inNamespace.get(workload ?? '');
  if (met?.app === app && met.version === version) return met;
  const share = (value: string | null) =>
    value === null ? null : getOrMake(texts, value, () => value);
  const made = {
    ...(cluster === undefined ? {} : { cluster }),
    workload: share(workload),
    namespace: share(namespace),
    app: share(app),
    version: share(version),
  };
  inNamespace.set(workload ?? '', made);
  return made;
}

/**
 * Where a peer runs. A waypoint that does not know its destination's app has written its own cluster there, so that it says
 * nothing.
 */
function clusterOf(met: MetNames, labels: Labels, names: PeerNames): string | null {
  const isGuess =
    labels['reporter'] === 'waypoint' && names === DESTINATION && known(labels, names.app) === null;
  return isGuess ? null : shared(met, labels, names.cluster);
}

/** The value of a key; made and kept when there is none. */
export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const met = map.get(key);
  if (met !== undefined) return met;
  const made = make();
  map.set(key, made);
  return made;
}
