import type { GraphEdge, GraphNode, NodeKind, TrafficRates } from '@/mesh/graph/graph';
import type { Health, HealthStatus } from '@/mesh/health/health';
import type { EdgeMtls, MtlsVerdict } from '@/mesh/mtls/mtls';
import type { SplitDestination, TrafficSplit } from '@/mesh/splits/split';

/** Rates with nothing measured. */
export const NO_RATES: TrafficRates = {
  rps: null,
  errorRatio: null,
  codes: [],
  flags: [],
  latencyMsP50: null,
  latencyMsP95: null,
  latencyMsP99: null,
  requestBytesPerSecond: null,
  responseBytesPerSecond: null,
  tcpRequestBytesPerSecond: null,
  tcpResponseBytesPerSecond: null,
  tcpConnectionsPerSecond: null,
};

/** HTTP rates that hang together: codes add up to `rps`, latencies grow with the quantile. */
export function httpRates(rps: number, errorRatio: number, latencyMsP50: number): TrafficRates {
  const failed = rps * errorRatio;
  const codes = [{ code: '200', rps: rps - failed, isError: false }];
  if (failed > 0) codes.push({ code: '503', rps: failed, isError: true });
  return {
    ...NO_RATES,
    rps,
    errorRatio: rps > 0 ? errorRatio : null,
    codes,
    flags: failed > 0 ? [{ flag: 'UF', rps: failed / 2 }] : [],
    latencyMsP50,
    latencyMsP95: latencyMsP50 * 3.4,
    latencyMsP99: latencyMsP50 * 7.9,
    requestBytesPerSecond: rps * 820,
    responseBytesPerSecond: rps * 4300,
  };
}

/** Rates of a TCP edge. */
export function tcpRates(bytesPerSecond: number): TrafficRates {
  return {
    ...NO_RATES,
    tcpRequestBytesPerSecond: bytesPerSecond * 0.2,
    tcpResponseBytesPerSecond: bytesPerSecond * 0.8,
    tcpConnectionsPerSecond: 0.4,
  };
}

/** Health by error ratio, with the thresholds of 0.1 % and 10 %. */
export function healthOf(rates: TrafficRates): Health {
  const status = statusOf(rates);
  return { status, rule: 'http-5xx-ratio', reason: `sample: ${status}` };
}

function statusOf(rates: TrafficRates): HealthStatus {
  if (rates.rps === 0) return 'idle';
  if (rates.errorRatio === null)
    return rates.tcpConnectionsPerSecond === null ? 'unknown' : 'healthy';
  if (rates.errorRatio >= 0.1) return 'failing';
  return rates.errorRatio >= 0.001 ? 'degraded' : 'healthy';
}

/** An mTLS verdict with a reason that fits. */
export function mtlsOf(verdict: MtlsVerdict): EdgeMtls {
  const observedRatio = { encrypted: 1, partly: 0.6, plaintext: 0, broken: 0, unknown: null }[
    verdict
  ];
  return {
    verdict,
    reason: `sample: ${verdict}`,
    server: null,
    client: null,
    configured: verdict === 'encrypted' ? 'mtls' : null,
    observedRatio,
    observedPerSecond: observedRatio === null ? null : 10,
    clientIdentities: null,
    serverIdentities: null,
  };
}

/** A node; `over` replaces what differs from a healthy workload with one pod. */
export function sampleNode(
  kind: NodeKind,
  namespace: string | null,
  name: string,
  over: Partial<GraphNode> = {},
): GraphNode {
  const id = namespace === null ? `${kind}:${name}` : `${kind}:${namespace}/${name}`;
  const inbound = over.inbound ?? NO_RATES;
  return {
    id,
    kind,
    label: name,
    namespace,
    app: name,
    version: null,
    workloadKind: kind === 'workload' ? 'Deployment' : null,
    proxy: 'sidecar',
    exists: true,
    readyPods: 1,
    desiredPods: 1,
    inbound,
    outbound: NO_RATES,
    health: healthOf(inbound),
    hosts: [],
    config: [],
    splits: [],
    badges: [],
    ...over,
  };
}

/** An edge; health follows the rates, mTLS is encrypted unless `over` says otherwise. */
export function sampleEdge(
  source: string,
  target: string,
  rates: TrafficRates,
  over: Partial<GraphEdge> = {},
): GraphEdge {
  const protocol = over.protocol ?? (rates.tcpConnectionsPerSecond === null ? 'http' : 'tcp');
  return {
    ...rates,
    id: `${source}>${target}>${protocol}`,
    source,
    target,
    protocol,
    origin: 'telemetry',
    reporter: 'source',
    destinationService: null,
    share: null,
    mirrored: false,
    health: healthOf(rates),
    mtls: mtlsOf('encrypted'),
    ...over,
  };
}

/** What tells the destinations of {@link sampleSplit} apart. */
export interface SampleVersion {
  readonly label: string;
  readonly weight: number;
  readonly observedShare: number | null;
  /** Requests per second of the whole rule; 20 unless said otherwise. */
  readonly rulePerSecond?: number;
}

const RULE_PER_SECOND = 20;

/** A VirtualService split over subsets of one host. */
export function sampleSplit(
  namespace: string,
  service: string,
  versions: readonly SampleVersion[],
  over: Partial<TrafficSplit> = {},
): TrafficSplit {
  const fqdn = `${service}.${namespace}.svc.cluster.local`;
  const totalWeight = versions.reduce((sum, version) => sum + version.weight, 0);
  const ruleIndex = over.ruleIndex ?? 0;
  return {
    id: `VirtualService/${namespace}/${service}/spec/http/${ruleIndex}`,
    object: { group: 'networking.istio.io', kind: 'VirtualService', namespace, name: service },
    apiVersion: 'networking.istio.io/v1',
    resourceVersion: '1000',
    rulePointer: `/spec/http/${ruleIndex}`,
    ruleIndex,
    ruleCount: 1,
    ruleName: null,
    ruleText: '{}',
    protocol: 'http',
    matches: [],
    hosts: [fqdn],
    parents: ['mesh'],
    handleHost: fqdn,
    destinations: versions.map((version, index) =>
      destination(namespace, service, version, index, totalWeight),
    ),
    mirrors: [],
    totalWeight,
    agreement: agreementOf(versions, totalWeight),
    agreementReason: 'sample',
    warnings: [],
    ...over,
  };
}

function destination(
  namespace: string,
  service: string,
  version: SampleVersion,
  index: number,
  totalWeight: number,
): SplitDestination {
  return {
    index,
    host: service,
    fqdn: `${service}.${namespace}.svc.cluster.local`,
    subset: version.label,
    port: null,
    label: version.label,
    weight: version.weight,
    effectiveWeight: version.weight,
    share: totalWeight === 0 ? null : version.weight / totalWeight,
    workloads: [`${namespace}/${service}-${version.label}`],
    readyPods: 1,
    observedPerSecond:
      version.observedShare === null
        ? null
        : version.observedShare * (version.rulePerSecond ?? RULE_PER_SECOND),
    observedShare: version.observedShare,
  };
}

function agreementOf(
  versions: readonly SampleVersion[],
  totalWeight: number,
): TrafficSplit['agreement'] {
  if (totalWeight === 0 || versions.some((version) => version.observedShare === null))
    return 'unknown';
  const far = versions.some(
    (version) => Math.abs((version.observedShare ?? 0) - version.weight / totalWeight) > 0.03,
  );
  return far ? 'differs' : 'agrees';
}
