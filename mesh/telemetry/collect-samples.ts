import type {
  ByReporter,
  MutableTcp,
  PairFigures,
  ReportedEdge,
  ReportedPair,
} from '@/mesh/telemetry/reported-edge';
import type {
  BytesSample,
  EdgeLabels,
  LatencySample,
  PeerLabels,
  RequestSample,
  SecurityPolicy,
  TcpSample,
  TelemetrySnapshot,
} from '@/mesh/telemetry/telemetry';

/** Samples grouped by the pair of workloads and protocol that they tell of, reporters kept apart. */
export function collectSamples(telemetry: TelemetrySnapshot): ReportedPair[] {
  const book: Book = { pairs: new Map(), figures: new Map() };
  for (const sample of telemetry.requests) addRequest(book, sample);
  for (const sample of telemetry.tcp) addTcp(book, sample);
  for (const sample of telemetry.requestBytes) addBytes(book, 'requestBytes', sample);
  for (const sample of telemetry.responseBytes) addBytes(book, 'responseBytes', sample);
  for (const sample of telemetry.latency) addLatency(book, sample);
  return [...book.pairs.values()];
}

interface Book {
  readonly pairs: Map<string, ReportedPair>;
  readonly figures: Map<string, PairFigures>;
}

function addRequest(book: Book, sample: RequestSample): void {
  const edge = reportedEdge(book, sample, sample.protocol);
  const flags = sample.flags.length > 1 ? [...sample.flags].sort() : sample.flags;
  const plain = sample.grpcStatus === null && flags.length === 0;
  const key = plain
    ? sample.responseCode
    : `${sample.responseCode}|${sample.grpcStatus ?? ''}|${flags.join(',')}`;
  const outcome = edge.outcomes.get(key);
  if (outcome !== undefined) outcome.requestsPerSecond += sample.requestsPerSecond;
  else {
    const { responseCode, grpcStatus, requestsPerSecond } = sample;
    edge.outcomes.set(key, { responseCode, grpcStatus, flags, requestsPerSecond });
  }
  edge.security[securityKey(sample.security)] += sample.requestsPerSecond;
}

function addTcp(book: Book, sample: TcpSample): void {
  const edge = reportedEdge(book, sample, 'tcp');
  const tcp: MutableTcp = (edge.tcp ??= {
    requestBytesPerSecond: null,
    responseBytesPerSecond: null,
    connectionsPerSecond: null,
    flags: new Map(),
  });
  tcp.requestBytesPerSecond = sum(tcp.requestBytesPerSecond, sample.requestBytesPerSecond);
  tcp.responseBytesPerSecond = sum(tcp.responseBytesPerSecond, sample.responseBytesPerSecond);
  tcp.connectionsPerSecond = sum(tcp.connectionsPerSecond, sample.connectionsPerSecond);
  if (sample.connectionsPerSecond === null) return;
  for (const flag of sample.flags) {
    tcp.flags.set(flag, (tcp.flags.get(flag) ?? 0) + sample.connectionsPerSecond);
  }
  edge.security[securityKey(sample.security)] += sample.connectionsPerSecond;
}

function addBytes(book: Book, kind: 'requestBytes' | 'responseBytes', sample: BytesSample): void {
  const hosts = hostsOf(figuresOf(book, endsKey(sample))[kind], sample.reporter);
  const host = sample.destinationService ?? '';
  hosts.set(host, (hosts.get(host) ?? 0) + sample.bytesPerSecond);
}

function addLatency(book: Book, sample: LatencySample): void {
  const hosts = hostsOf(figuresOf(book, endsKey(sample)).latency, sample.reporter);
  const host = sample.destinationService ?? '';
  const known = hosts.get(host);
  if (known === undefined) hosts.set(host, [sample]);
  else known.push(sample);
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
    outcomes: new Map(),
    tcp: null,
    security: { mutualTls: 0, none: 0, unknown: 0 },
  };
  hosts.set(host, made);
  return made;
}

function reportedPair(
  book: Book,
  labels: EdgeLabels,
  protocol: ReportedPair['protocol'],
): ReportedPair {
  const ends = endsKey(labels);
  const key = `${ends}>${protocol}`;
  const known = book.pairs.get(key);
  if (known !== undefined) {
    known.source = complete(known.source, labels.source);
    known.destination = complete(known.destination, labels.destination);
    return known;
  }
  const made: ReportedPair = {
    endsKey: ends,
    sourceKey: peerKey(labels.source),
    destinationKey: peerKey(labels.destination),
    protocol,
    source: labels.source,
    destination: labels.destination,
    reports: new Map(),
    figures: figuresOf(book, ends),
  };
  book.pairs.set(key, made);
  return made;
}

function figuresOf(book: Book, ends: string): PairFigures {
  const known = book.figures.get(ends);
  if (known !== undefined) return known;
  const made = { requestBytes: new Map(), responseBytes: new Map(), latency: new Map() };
  book.figures.set(ends, made);
  return made;
}

function hostsOf<T>(byReporter: ByReporter<T>, reporter: EdgeLabels['reporter']): Map<string, T> {
  const known = byReporter.get(reporter);
  if (known !== undefined) return known;
  const made = new Map<string, T>();
  byReporter.set(reporter, made);
  return made;
}

type Peer = Pick<PeerLabels, 'workload' | 'namespace'>;

function endsKey(labels: { readonly source: Peer; readonly destination: Peer }): string {
  return `${peerKey(labels.source)}>${peerKey(labels.destination)}`;
}

/** `namespace/workload`; empty for a peer that nobody names, whatever else is known of it. */
function peerKey(peer: Peer): string {
  return peer.workload === null ? '' : `${peer.namespace ?? ''}/${peer.workload}`;
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
