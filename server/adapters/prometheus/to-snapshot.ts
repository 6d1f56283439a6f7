import type {
  BytesSample,
  EdgeLabels,
  LatencySample,
  Reporter,
  RequestSample,
  SecurityPolicy,
  TcpSample,
  TelemetrySnapshot,
} from '@/mesh/telemetry/telemetry';
import { LATENCY_SUM, type TelemetryQueryName } from '@/server/adapters/prometheus/queries';
import {
  DESTINATION,
  getOrMake,
  noNames,
  peer,
  shared,
  SOURCE,
  type Labels,
  type MetNames,
  type PeerNames,
} from '@/server/adapters/prometheus/met-names';
import type { WireSample } from '@/server/adapters/prometheus/wire';

function reporterOf(labels: Labels): Reporter | null {
  const { reporter } = labels;
  return reporter === 'source' || reporter === 'destination' || reporter === 'waypoint'
    ? reporter
    : null;
}

/** `null` for a series that names no side, and for a negative value, which no rate of a counter has: it says nothing. */
function edge(met: MetNames, { labels, value }: WireSample): EdgeLabels | null {
  const reporter = reporterOf(labels);
  if (reporter === null || value < 0) return null;
  return {
    reporter,
    source: peer(met, labels, SOURCE),
    destination: peer(met, labels, DESTINATION),
    destinationService: shared(met, labels, 'destination_service'),
    destinationServiceName: shared(met, labels, 'destination_service_name'),
    destinationServiceNamespace: shared(met, labels, 'destination_service_namespace'),
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

function principalOf(met: MetNames, labels: Labels, name: string): string | null {
  const value = labels[name];
  if (value === undefined || value === '') return null;
  return getOrMake(met.texts, value, () => value);
}

/** Who the ends proved to be; a waypoint names the server by its list of endpoints, which proves nothing. */
function sourcePrincipal(met: MetNames, labels: Labels): string | null {
  return principalOf(met, labels, 'source_principal');
}

function destinationPrincipal(met: MetNames, labels: Labels): string | null {
  if (labels['reporter'] === 'waypoint') return null;
  return principalOf(met, labels, 'destination_principal');
}

/** Maps rates of `istio_requests_total`. Series without a reporter, and negative ones, are left out. */
export function toRequests(
  samples: readonly WireSample[],
  met: MetNames = noNames(),
): readonly RequestSample[] {
  const requests: RequestSample[] = [];
  for (const sample of samples) {
    const ends = edge(met, sample);
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
      sourcePrincipal: sourcePrincipal(met, labels),
      destinationPrincipal: destinationPrincipal(met, labels),
      requestsPerSecond: value,
    });
  }
  return requests;
}

/** Maps rates of a size histogram's sum. */
export function toBytes(
  samples: readonly WireSample[],
  met: MetNames = noNames(),
): readonly BytesSample[] {
  const bytes: BytesSample[] = [];
  for (const sample of samples) {
    const ends = edge(met, sample);
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

  constructor(
    private readonly reporter: Reporter,
    private readonly met: MetNames,
  ) {}

  draft(labels: Labels): LatencyDraft {
    const source = this.place(labels, SOURCE);
    const destination = this.place(labels, DESTINATION);
    const hosts = getOrMake(source.drafts, destination, () => new Map<string, LatencyDraft>());
    return getOrMake(hosts, labels['destination_service'] ?? '', () => {
      const made: LatencyDraft = {
        reporter: this.reporter,
        source: source.peer,
        destination: destination.peer,
        destinationService: shared(this.met, labels, 'destination_service'),
        buckets: [],
        totalPerSecond: null,
        sumPerSecond: null,
      };
      this.drafts.push(made);
      return made;
    });
  }

  private place(labels: Labels, names: PeerNames): Place {
    const { met } = this;
    const cluster = met.isByCluster ? shared(met, labels, names.cluster) : undefined;
    const own = labels[names.namespace] ?? '';
    const namespace = cluster === undefined ? own : `${own}@${cluster ?? ''}`;
    const inNamespace = getOrMake(this.places, namespace, () => new Map<string, Place>());
    return getOrMake(inNamespace, labels[names.workload] ?? '', () => ({
      peer: {
        ...(cluster === undefined ? {} : { cluster }),
        workload: shared(this.met, labels, names.workload),
        namespace: shared(this.met, labels, names.namespace),
      },
      drafts: new Map<Place, Map<string, LatencyDraft>>(),
    }));
  }
}

/**
 * Groups buckets (with `le`), sums (`le` is {@link LATENCY_SUM}) and totals (without `le`) by edge. An edge without a
 * total is left out. Where no bucket lies strictly between zero and the total, all observations are in one bucket, and
 * it is the one that their mean lies in; `boundsMs` (ascending) says which bounds there are.
 */
export function toLatency(
  samples: readonly WireSample[],
  boundsMs: readonly number[],
  met: MetNames = noNames(),
): readonly LatencySample[] {
  const books = new Map<Reporter, LatencyBook>();
  for (const { labels, value } of samples) {
    const reporter = reporterOf(labels);
    if (reporter === null || value < 0) continue;
    const draft = getOrMake(books, reporter, () => new LatencyBook(reporter, met)).draft(labels);
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
  met: MetNames = noNames(),
): readonly TcpSample[] {
  const byKey = new Map<string, Writable<TcpSample>>();
  const take = (
    samples: readonly WireSample[],
    field: 'requestBytesPerSecond' | 'responseBytesPerSecond' | 'connectionsPerSecond',
  ) => {
    for (const sample of samples) {
      const ends = edge(met, sample);
      if (ends === null) continue;
      const { labels, value } = sample;
      const key = keyOf(labels);
      const draft = getOrMake(byKey, key, () => ({
        ...ends,
        flags: flagsOf(labels),
        security: securityOf(labels),
        sourcePrincipal: sourcePrincipal(met, labels),
        destinationPrincipal: destinationPrincipal(met, labels),
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

/** When and over what a snapshot was taken, and which bucket bounds (milliseconds) are known to exist. */
export interface SnapshotFrame {
  readonly atMs: number;
  readonly windowSeconds: number;
  readonly boundsMs: readonly number[];
}

/** The snapshot that answers make; a query without one leaves its list empty. */
export function toSnapshot(
  answers: Readonly<Partial<Record<TelemetryQueryName, readonly WireSample[]>>>,
  { atMs, windowSeconds, boundsMs }: SnapshotFrame,
  met: MetNames = noNames(),
): TelemetrySnapshot {
  const of = (name: TelemetryQueryName) => answers[name] ?? [];
  const latency = [...of('latency-client'), ...of('latency-server')];
  const seen = new Set(latency.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite));
  const latencyBoundsMs = [...new Set([...boundsMs, ...seen])].sort((a, b) => a - b);
  return {
    atMs,
    windowSeconds,
    requests: toRequests(of('requests'), met),
    latency: toLatency(latency, latencyBoundsMs, met),
    latencyBoundsMs,
    requestBytes: toBytes(of('request-bytes'), met),
    responseBytes: toBytes(of('response-bytes'), met),
    tcp: toTcp(of('tcp-received'), of('tcp-sent'), of('tcp-connections'), met),
  };
}
