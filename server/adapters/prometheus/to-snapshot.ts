import type {
  BytesSample,
  EdgeLabels,
  LatencySample,
  PeerLabels,
  Reporter,
  RequestSample,
  SecurityPolicy,
  TcpSample,
} from '@/mesh/telemetry/telemetry';
import { LATENCY_SUM } from '@/server/adapters/prometheus/queries';
import type { WireSample } from '@/server/adapters/prometheus/wire';

type Labels = Readonly<Record<string, string>>;

/** A label's value; `null` when it is missing, empty or `unknown`. */
function known(labels: Labels, name: string): string | null {
  const value = labels[name];
  return value === undefined || value === '' || value === 'unknown' ? null : value;
}

/**
 * Peers met in one answer, each made once: an answer names the same few thousand workloads many times over. Kept by
 * namespace and workload; another app or version of the same workload is rare, and made anew.
 */
type Peers = Map<string, Map<string, PeerLabels>>;

interface PeerNames {
  readonly workload: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
}

const SOURCE: PeerNames = {
  workload: 'source_workload',
  namespace: 'source_workload_namespace',
  app: 'source_canonical_service',
  version: 'source_canonical_revision',
};

const DESTINATION: PeerNames = {
  workload: 'destination_workload',
  namespace: 'destination_workload_namespace',
  app: 'destination_canonical_service',
  version: 'destination_canonical_revision',
};

function peer(peers: Peers, labels: Labels, names: PeerNames): PeerLabels {
  const workload = known(labels, names.workload);
  const namespace = known(labels, names.namespace);
  const app = known(labels, names.app);
  // Istio writes `latest` for a revision that it does not know, also where it knows nothing at all.
  const version = workload === null && app === null ? null : known(labels, names.version);
  const inNamespace = getOrMake(peers, namespace ?? '', () => new Map<string, PeerLabels>());
  const met = inNamespace.get(workload ?? '');
  if (met?.app === app && met.version === version) return met;
  const made = { workload, namespace, app, version };
  inNamespace.set(workload ?? '', made);
  return made;
}

function reporterOf(labels: Labels): Reporter | null {
  const { reporter } = labels;
  return reporter === 'source' || reporter === 'destination' || reporter === 'waypoint'
    ? reporter
    : null;
}

/** `null` for a series that names no side, and for a negative value, which no rate of a counter has: it says nothing. */
function edge(peers: Peers, { labels, value }: WireSample): EdgeLabels | null {
  const reporter = reporterOf(labels);
  if (reporter === null || value < 0) return null;
  return {
    reporter,
    source: peer(peers, labels, SOURCE),
    destination: peer(peers, labels, DESTINATION),
    destinationService: known(labels, 'destination_service'),
    destinationServiceName: known(labels, 'destination_service_name'),
    destinationServiceNamespace: known(labels, 'destination_service_namespace'),
  };
}

const NO_FLAGS: readonly string[] = [];

function flagsOf(labels: Labels): readonly string[] {
  const text = labels['response_flags'];
  if (text === undefined || text === '-' || text === '') return NO_FLAGS;
  return text.split(',').filter((flag) => flag !== '' && flag !== '-');
}

function securityOf(labels: Labels): SecurityPolicy {
  const policy = labels['connection_security_policy'];
  return policy === 'mutual_tls' || policy === 'none' ? policy : 'unknown';
}

/** Maps rates of `istio_requests_total`. Series without a reporter, and negative ones, are left out. */
export function toRequests(samples: readonly WireSample[]): readonly RequestSample[] {
  const peers: Peers = new Map();
  const requests: RequestSample[] = [];
  for (const sample of samples) {
    const ends = edge(peers, sample);
    if (ends === null) continue;
    const { labels, value } = sample;
    const isGrpc = labels['request_protocol'] === 'grpc';
    requests.push({
      // Field by field: spreading is several times slower, for tens of thousands of samples.
      reporter: ends.reporter,
      source: ends.source,
      destination: ends.destination,
      destinationService: ends.destinationService,
      destinationServiceName: ends.destinationServiceName,
      destinationServiceNamespace: ends.destinationServiceNamespace,
      protocol: isGrpc ? 'grpc' : 'http',
      // A dropped label is no `0`, which says that there was no response.
      responseCode: labels['response_code'] ?? '',
      grpcStatus: isGrpc ? (labels['grpc_response_status'] ?? '') : null,
      flags: flagsOf(labels),
      security: securityOf(labels),
      requestsPerSecond: value,
    });
  }
  return requests;
}

/** Maps rates of a size histogram's sum. */
export function toBytes(samples: readonly WireSample[]): readonly BytesSample[] {
  const peers: Peers = new Map();
  const bytes: BytesSample[] = [];
  for (const sample of samples) {
    const ends = edge(peers, sample);
    if (ends === null) continue;
    const { value } = sample;
    bytes.push({
      reporter: ends.reporter,
      source: ends.source,
      destination: ends.destination,
      destinationService: ends.destinationService,
      destinationServiceName: ends.destinationServiceName,
      destinationServiceNamespace: ends.destinationServiceNamespace,
      bytesPerSecond: value,
    });
  }
  return bytes;
}

interface LatencyDraft extends Omit<LatencySample, 'buckets' | 'totalPerSecond'> {
  buckets: { upperBoundMs: number; perSecond: number }[];
  totalPerSecond: number | null;
  /** Milliseconds of all observations together, per second. */
  sumPerSecond: number | null;
}

/** One end of latency samples, with the drafts by the other end and by host (as written) for which it is the client. */
interface Place {
  readonly peer: LatencySample['source'];
  readonly drafts: Map<Place, Map<string, LatencyDraft>>;
}

/** Drafts of one reporter, found without putting a text together for each of tens of thousands of buckets. */
class LatencyBook {
  private readonly places = new Map<string, Map<string, Place>>();
  readonly drafts: LatencyDraft[] = [];

  constructor(private readonly reporter: Reporter) {}

  draft(labels: Labels): LatencyDraft {
    const source = this.place(labels, SOURCE);
    const destination = this.place(labels, DESTINATION);
    const hosts = getOrMake(source.drafts, destination, () => new Map<string, LatencyDraft>());
    return getOrMake(hosts, labels['destination_service'] ?? '', () => {
      const made: LatencyDraft = {
        reporter: this.reporter,
        source: source.peer,
        destination: destination.peer,
        destinationService: known(labels, 'destination_service'),
        buckets: [],
        totalPerSecond: null,
        sumPerSecond: null,
      };
      this.drafts.push(made);
      return made;
    });
  }

  private place(labels: Labels, names: PeerNames): Place {
    const namespace = labels[names.namespace] ?? '';
    const inNamespace = getOrMake(this.places, namespace, () => new Map<string, Place>());
    return getOrMake(inNamespace, labels[names.workload] ?? '', () => ({
      peer: {
        workload: known(labels, names.workload),
        namespace: known(labels, names.namespace),
      },
      drafts: new Map<Place, Map<string, LatencyDraft>>(),
    }));
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const met = map.get(key);
  if (met !== undefined) return met;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * Groups buckets (with `le`), sums (`le` is {@link LATENCY_SUM}) and totals (without `le`) by edge. An edge without a
 * total is left out. Where no bucket lies strictly between zero and the total, all observations are in one bucket, and
 * it is the one that their mean lies in; `boundsMs` (ascending) says which bounds there are.
 */
export function toLatency(
  samples: readonly WireSample[],
  boundsMs: readonly number[],
): readonly LatencySample[] {
  const books = new Map<Reporter, LatencyBook>();
  for (const { labels, value } of samples) {
    const reporter = reporterOf(labels);
    if (reporter === null || value < 0) continue;
    const draft = getOrMake(books, reporter, () => new LatencyBook(reporter)).draft(labels);
    const le = labels['le'];
    if (le === undefined) draft.totalPerSecond = value;
    else if (le === LATENCY_SUM) draft.sumPerSecond = value;
    else if (Number.isFinite(Number(le))) {
      draft.buckets.push({ upperBoundMs: Number(le), perSecond: value });
    }
  }
  return [...books.values()].flatMap(({ drafts }) =>
    drafts.flatMap((draft) => toSample(draft, boundsMs) ?? []),
  );
}

function toSample(draft: LatencyDraft, boundsMs: readonly number[]): LatencySample | null {
  const { reporter, source, destination, destinationService, totalPerSecond } = draft;
  if (totalPerSecond === null) return null;
  draft.buckets.sort((a, b) => a.upperBoundMs - b.upperBoundMs);
  const buckets =
    draft.buckets.length > 0
      ? draft.buckets
      : onlyBucket(totalPerSecond, draft.sumPerSecond, boundsMs);
  return { reporter, source, destination, destinationService, buckets, totalPerSecond };
}

/** Sums of many floats may differ in their last digits; a mean that close to a bound counts as on it. */
const SUM_ROUNDING = 1e-9;

/** The one bucket that holds every observation; above the highest bound that bound with nothing in it. */
function onlyBucket(
  totalPerSecond: number,
  sumPerSecond: number | null,
  boundsMs: readonly number[],
): LatencySample['buckets'] {
  const highest = boundsMs.at(-1);
  if (sumPerSecond === null || highest === undefined || !(totalPerSecond > 0)) return [];
  const meanMs = (sumPerSecond / totalPerSecond) * (1 - SUM_ROUNDING);
  const bound = boundsMs.find((candidate) => candidate >= meanMs);
  return bound === undefined
    ? [{ upperBoundMs: highest, perSecond: 0 }]
    : [{ upperBoundMs: bound, perSecond: totalPerSecond }];
}

/** Text of labels in a fixed order; two label sets are equal when these are. */
function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

/** Joins the three TCP metrics by their labels; a metric without the series leaves `null`. */
export function toTcp(
  received: readonly WireSample[],
  sent: readonly WireSample[],
  opened: readonly WireSample[],
): readonly TcpSample[] {
  const peers: Peers = new Map();
  const byKey = new Map<string, Writable<TcpSample>>();
  const take = (
    samples: readonly WireSample[],
    field: 'requestBytesPerSecond' | 'responseBytesPerSecond' | 'connectionsPerSecond',
  ) => {
    for (const sample of samples) {
      const ends = edge(peers, sample);
      if (ends === null) continue;
      const { labels, value } = sample;
      const key = keyOf(labels);
      const draft = getOrMake(byKey, key, () => ({
        ...ends,
        flags: flagsOf(labels),
        security: securityOf(labels),
        requestBytesPerSecond: null,
        responseBytesPerSecond: null,
        connectionsPerSecond: null,
      }));
      draft[field] = value;
    }
  };
  take(received, 'requestBytesPerSecond');
  take(sent, 'responseBytesPerSecond');
  take(opened, 'connectionsPerSecond');
  return [...byKey.values()];
}
