import { IdentityBook } from '@/mesh/telemetry/collect-identities';
import { clusterSuffix } from '@/mesh/topology/workload-key';
import { SmallMap } from '@/mesh/telemetry/small-map';
import type {
  ByReporter,
  HostFigures,
  MutableTcp,
  ReportedEdge,
  ReportedPair,
} from '@/mesh/telemetry/reported-edge';
import type {
  EdgeLabels,
  LatencySample,
  PeerLabels,
  PeerName,
  Principals,
  Reporter,
  RequestSample,
  SecurityPolicy,
  TcpSample,
  TelemetrySnapshot,
} from '@/mesh/telemetry/telemetry';

/** Samples grouped by the pair of workloads and protocol that they tell of, reporters kept apart. */
export function collectSamples(telemetry: TelemetrySnapshot): ReportedPair[] {
  const book: Book = {
    pairs: [],
    unnamed: newEnd(''),
    named: new Map(),
    identities: new IdentityBook(),
  };
  for (const sample of telemetry.requests) addRequest(book, sample);
  for (const sample of telemetry.tcp) addTcp(book, sample);
  for (const sample of telemetry.requestBytes) {
    const figures = figuresOf(book, sample);
    figures.requestBytes = (figures.requestBytes ?? 0) + sample.bytesPerSecond;
  }
  for (const sample of telemetry.responseBytes) {
    const figures = figuresOf(book, sample);
    figures.responseBytes = (figures.responseBytes ?? 0) + sample.bytesPerSecond;
  }
  for (const sample of telemetry.latency) {
    const figures = figuresOf(book, sample);
    figures.latency = figures.latency.length === 0 ? [sample] : [...figures.latency, sample];
  }
  return book.pairs;
}

/**
 * What was met so far. Workloads are found by namespace and name, and pairs by their two ends, so that no text has to
 * be put together for each of many thousands of samples.
 */
interface Book {
  readonly pairs: ReportedPair[];
  /** Stands for every peer without a name. */
  readonly unnamed: End;
  readonly named: Map<string, Map<string, End>>;
  readonly identities: IdentityBook;
}

interface End {
  /** `namespace/workload`, where several clusters are watched `namespace@cluster/workload`; empty for a peer that nobody names, whatever else is known of it. */
  readonly key: string;
  /** By the other end, for pairs whose client this is. */
  readonly ends: Map<End, Ends>;
}

interface Ends {
  readonly key: string;
  readonly figures: HostFigures[];
  readonly byProtocol: SmallMap<ReportedPair['protocol'], ReportedPair>;
}

type FigureLabels = Pick<EdgeLabels, 'reporter' | 'destinationService'> & PeerPair;

interface PeerPair {
  readonly source: PeerName;
  readonly destination: PeerName;
}

function addRequest(book: Book, sample: RequestSample): void {
  const edge = reportedEdge(book, sample, sample.protocol);
  const { responseCode, grpcStatus, requestsPerSecond } = sample;
  const flags = sample.flags.length > 1 ? [...sample.flags].sort() : sample.flags;
  edge.security[securityKey(sample.security)] += requestsPerSecond;
  // Counters that stand still say who called once, not who calls.
  if (requestsPerSecond > 0) addIdentities(book, edge, sample);
  for (const outcome of edge.outcomes) {
    if (
      outcome.responseCode !== responseCode ||
      outcome.grpcStatus !== grpcStatus ||
      !areSame(outcome.flags, flags)
    ) {
      continue;
    }
    outcome.requestsPerSecond += requestsPerSecond;
    return;
  }
  edge.outcomes.push({ responseCode, grpcStatus, flags, requestsPerSecond });
}

function addIdentities({ identities }: Book, edge: ReportedEdge, sample: Principals): void {
  edge.clientIdentities = identities.add(edge.clientIdentities, sample.sourcePrincipal);
  edge.serverIdentities = identities.add(edge.serverIdentities, sample.destinationPrincipal);
}

/** Both are sorted. */
function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let position = 0; position < a.length; position += 1) {
    if (a[position] !== b[position]) return false;
  }
  return true;
}

function addTcp(book: Book, sample: TcpSample): void {
  const edge = reportedEdge(book, sample, 'tcp');
  const tcp: MutableTcp = (edge.tcp ??= {
    requestBytesPerSecond: null,
    responseBytesPerSecond: null,
    connectionsPerSecond: null,
    flags: new Map(),
    bytesBySecurity: { mutualTls: 0, none: 0, unknown: 0 },
  });
  const bytes = (sample.requestBytesPerSecond ?? 0) + (sample.responseBytesPerSecond ?? 0);
  tcp.bytesBySecurity[securityKey(sample.security)] += bytes;
  if (bytes > 0 || (sample.connectionsPerSecond ?? 0) > 0) addIdentities(book, edge, sample);
  tcp.requestBytesPerSecond = sum(tcp.requestBytesPerSecond, sample.requestBytesPerSecond);
  tcp.responseBytesPerSecond = sum(tcp.responseBytesPerSecond, sample.responseBytesPerSecond);
  tcp.connectionsPerSecond = sum(tcp.connectionsPerSecond, sample.connectionsPerSecond);
  if (sample.connectionsPerSecond === null) return;
  for (const flag of sample.flags) {
    tcp.flags.set(flag, (tcp.flags.get(flag) ?? 0) + sample.connectionsPerSecond);
  }
  edge.security[securityKey(sample.security)] += sample.connectionsPerSecond;
}

function reportedEdge(
  book: Book,
  labels: EdgeLabels,
  protocol: ReportedPair['protocol'],
): ReportedEdge {
  const pair = reportedPair(book, labels, protocol);
  const hosts = hostsOf(pair.reports, labels.reporter);
  const host = labels.destinationService ?? labels.destinationServiceName ?? '';
  const known = hosts.get(host);
  if (known !== undefined) return known;
  const made: ReportedEdge = {
    destinationService: labels.destinationService,
    destinationServiceName: labels.destinationServiceName,
    outcomes: [],
    tcp: null,
    security: { mutualTls: 0, none: 0, unknown: 0 },
    clientIdentities: null,
    serverIdentities: null,
  };
  hosts.set(host, made);
  return made;
}

function reportedPair(
  book: Book,
  labels: EdgeLabels,
  protocol: ReportedPair['protocol'],
): ReportedPair {
  const source = endOf(book, labels.source);
  const destination = endOf(book, labels.destination);
  const ends = endsOf(source, destination);
  const known = ends.byProtocol.get(protocol);
  if (known !== undefined) {
    known.source = complete(known.source, labels.source);
    known.destination = complete(known.destination, labels.destination);
    return known;
  }
  const made: ReportedPair = {
    endsKey: ends.key,
    sourceKey: source.key,
    destinationKey: destination.key,
    protocol,
    source: labels.source,
    destination: labels.destination,
    reports: new SmallMap(),
    tunnel: null,
    figures: ends.figures,
  };
  ends.byProtocol.set(protocol, made);
  book.pairs.push(made);
  return made;
}

const NO_LATENCY: readonly LatencySample[] = [];

function figuresOf(book: Book, labels: FigureLabels): HostFigures {
  const { figures } = endsOf(endOf(book, labels.source), endOf(book, labels.destination));
  const { reporter } = labels;
  const host = labels.destinationService ?? '';
  for (const known of figures) {
    if (known.reporter === reporter && known.host === host) return known;
  }
  const made = { reporter, host, requestBytes: null, responseBytes: null, latency: NO_LATENCY };
  figures.push(made);
  return made;
}

function newEnd(key: string): End {
  return { key, ends: new Map() };
}

function endOf(book: Book, peer: PeerName): End {
  if (peer.workload === null) return book.unnamed;
  const { cluster } = peer;
  const namespace =
    cluster === undefined || cluster === null
      ? (peer.namespace ?? '')
      : `${peer.namespace ?? ''}${clusterSuffix(cluster)}`;
  let inNamespace = book.named.get(namespace);
  if (inNamespace === undefined) {
    inNamespace = new Map();
    book.named.set(namespace, inNamespace);
  }
  const known = inNamespace.get(peer.workload);
  if (known !== undefined) return known;
  const made = newEnd(`${namespace}/${peer.workload}`);
  inNamespace.set(peer.workload, made);
  return made;
}

function endsOf(source: End, destination: End): Ends {
  const known = source.ends.get(destination);
  if (known !== undefined) return known;
  const key = `${source.key}>${destination.key}`;
  const made: Ends = { key, figures: [], byProtocol: new SmallMap() };
  source.ends.set(destination, made);
  return made;
}

function hostsOf<T>(byReporter: ByReporter<T>, reporter: Reporter): SmallMap<string, T> {
  const known = byReporter.get(reporter);
  if (known !== undefined) return known;
  const made = new SmallMap<string, T>();
  byReporter.set(reporter, made);
  return made;
}

/** Fills what one report leaves open; where two reports differ the smaller text wins, so order does not matter. */
function complete(known: PeerLabels, other: PeerLabels): PeerLabels {
  if (known.app === other.app && known.version === other.version) return known;
  return { ...known, app: pick(known.app, other.app), version: pick(known.version, other.version) };
}

function pick(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b;
}

function securityKey(policy: SecurityPolicy): keyof ReportedEdge['security'] {
  return policy === 'mutual_tls' ? 'mutualTls' : policy;
}
