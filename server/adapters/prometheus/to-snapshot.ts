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

function peer(labels: Labels, side: 'source' | 'destination'): PeerLabels {
  const workload = known(labels, `${side}_workload`);
  const app = known(labels, `${side}_canonical_service`);
  return {
    workload,
    namespace: known(labels, `${side}_workload_namespace`),
    app,
    // Istio writes `latest` for a revision that it does not know, also where it knows nothing at all.
    version: workload === null && app === null ? null : known(labels, `${side}_canonical_revision`),
  };
}

function reporterOf(labels: Labels): Reporter | null {
  const { reporter } = labels;
  return reporter === 'source' || reporter === 'destination' || reporter === 'waypoint'
    ? reporter
    : null;
}

function edge(labels: Labels): EdgeLabels | null {
  const reporter = reporterOf(labels);
  if (reporter === null) return null;
  return {
    reporter,
    source: peer(labels, 'source'),
    destination: peer(labels, 'destination'),
    destinationService: known(labels, 'destination_service'),
    destinationServiceName: known(labels, 'destination_service_name'),
    destinationServiceNamespace: known(labels, 'destination_service_namespace'),
  };
}

function flagsOf(labels: Labels): readonly string[] {
  return (labels['response_flags'] ?? '').split(',').filter((flag) => flag !== '' && flag !== '-');
}

function securityOf(labels: Labels): SecurityPolicy {
  const policy = labels['connection_security_policy'];
  return policy === 'mutual_tls' || policy === 'none' ? policy : 'unknown';
}

/** Maps rates of `istio_requests_total`. Series without a reporter are left out: they name no side. */
export function toRequests(samples: readonly WireSample[]): readonly RequestSample[] {
  const requests: RequestSample[] = [];
  for (const { labels, value } of samples) {
    const ends = edge(labels);
    if (ends === null) continue;
    const isGrpc = labels['request_protocol'] === 'grpc';
    requests.push({
      ...ends,
      protocol: isGrpc ? 'grpc' : 'http',
      responseCode: labels['response_code'] ?? '0',
      grpcStatus: isGrpc ? labels['grpc_response_status'] || null : null,
      flags: flagsOf(labels),
      security: securityOf(labels),
      requestsPerSecond: value,
    });
  }
  return requests;
}

/** Maps rates of a size histogram's sum. */
export function toBytes(samples: readonly WireSample[]): readonly BytesSample[] {
  return samples.flatMap(({ labels, value }) => {
    const ends = edge(labels);
    return ends === null ? [] : [{ ...ends, bytesPerSecond: value }];
  });
}

interface LatencyDraft extends Omit<LatencySample, 'buckets' | 'totalPerSecond'> {
  buckets: { upperBoundMs: number; perSecond: number }[];
  totalPerSecond: number | null;
  /** Milliseconds of all observations together, per second. */
  sumPerSecond: number | null;
}

/** Text of labels in a fixed order; two label sets are equal when these are. */
function keyOf(labels: Labels, except: string): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => name !== except)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
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
  const drafts = new Map<string, LatencyDraft>();
  for (const { labels, value } of samples) {
    const reporter = reporterOf(labels);
    if (reporter === null) continue;
    const key = keyOf(labels, 'le');
    const draft = drafts.get(key) ?? newDraft(labels, reporter);
    drafts.set(key, draft);
    if (labels['le'] === undefined) draft.totalPerSecond = value;
    else if (labels['le'] === LATENCY_SUM) draft.sumPerSecond = value;
    else draft.buckets.push({ upperBoundMs: Number(labels['le']), perSecond: value });
  }
  const latency: LatencySample[] = [];
  for (const { buckets, totalPerSecond, sumPerSecond, ...ends } of drafts.values()) {
    if (totalPerSecond === null) continue;
    const finite = buckets.filter(({ upperBoundMs }) => Number.isFinite(upperBoundMs));
    finite.sort((a, b) => a.upperBoundMs - b.upperBoundMs);
    const placed = finite.length > 0 ? finite : onlyBucket(totalPerSecond, sumPerSecond, boundsMs);
    latency.push({ ...ends, buckets: placed, totalPerSecond });
  }
  return latency;
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

function newDraft(labels: Labels, reporter: Reporter): LatencyDraft {
  const side = (name: 'source' | 'destination') => ({
    workload: known(labels, `${name}_workload`),
    namespace: known(labels, `${name}_workload_namespace`),
  });
  return {
    reporter,
    source: side('source'),
    destination: side('destination'),
    destinationService: known(labels, 'destination_service'),
    buckets: [],
    totalPerSecond: null,
    sumPerSecond: null,
  };
}

/** Joins the three TCP metrics by their labels; a metric without the series leaves `null`. */
export function toTcp(
  received: readonly WireSample[],
  sent: readonly WireSample[],
  opened: readonly WireSample[],
): readonly TcpSample[] {
  const byKey = new Map<string, TcpSample>();
  const take = (
    samples: readonly WireSample[],
    field: 'requestBytesPerSecond' | 'responseBytesPerSecond' | 'connectionsPerSecond',
  ) => {
    for (const { labels, value } of samples) {
      const ends = edge(labels);
      if (ends === null) continue;
      const key = keyOf(labels, '');
      const before = byKey.get(key) ?? {
        ...ends,
        flags: flagsOf(labels),
        security: securityOf(labels),
        requestBytesPerSecond: null,
        responseBytesPerSecond: null,
        connectionsPerSecond: null,
      };
      byKey.set(key, { ...before, [field]: value });
    }
  };
  take(received, 'requestBytesPerSecond');
  take(sent, 'responseBytesPerSecond');
  take(opened, 'connectionsPerSecond');
  return [...byKey.values()];
}
