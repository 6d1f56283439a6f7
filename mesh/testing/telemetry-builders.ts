import type {
  BytesSample,
  EdgeLabels,
  LatencySample,
  PeerLabels,
  Reporter,
  RequestSample,
  TcpSample,
  TelemetrySnapshot,
} from '@/mesh/telemetry/telemetry';

/**
 * A peer as its labels name it; `peer(null)` is a client without identity. `at` is `namespace/workload`, where several
 * clusters are watched `namespace/workload@cluster`, with nothing behind the `@` where metrics do not say it.
 */
export function peer(at: string | null): PeerLabels {
  if (at === null) return { workload: null, namespace: null, app: null, version: null };
  const [path = '', cluster] = at.split('@');
  const [namespace = '', workload = ''] = path.split('/');
  const versioned = /^(.*)-(v\d+)$/.exec(workload);
  return {
    ...(cluster === undefined ? {} : { cluster: cluster === '' ? null : cluster }),
    workload,
    namespace,
    app: versioned?.[1] ?? workload,
    version: versioned?.[2] ?? 'latest',
  };
}

/** Labels of an edge; `host` is a short `name.namespace`, completed to the default cluster domain, or a full host. */
export function edgeLabels(
  reporter: Reporter,
  from: string | null,
  to: string | null,
  host: string | null,
): EdgeLabels {
  const isShort = host !== null && /^[a-z0-9-]+\.[a-z0-9-]+$/.test(host);
  return {
    reporter,
    source: peer(from),
    destination: peer(to),
    destinationService: isShort ? `${host}.svc.cluster.local` : host,
    destinationServiceName: host === null ? null : (host.split('.')[0] ?? null),
    destinationServiceNamespace: isShort ? (host.split('.')[1] ?? null) : null,
  };
}

/** A request sample: HTTP 200 without flags, `unknown` policy from clients and `mutual_tls` from servers. */
export function aRequest(
  reporter: Reporter,
  from: string | null,
  to: string | null,
  host: string | null,
  requestsPerSecond: number,
  over: Partial<RequestSample> = {},
): RequestSample {
  return {
    ...edgeLabels(reporter, from, to, host),
    protocol: 'http',
    responseCode: '200',
    grpcStatus: null,
    flags: [],
    security: reporter === 'source' ? 'unknown' : 'mutual_tls',
    sourcePrincipal: null,
    destinationPrincipal: null,
    requestsPerSecond,
    ...over,
  };
}

/** A TCP sample: `connections` per second with ten times as many bytes each way. */
export function aTcp(
  reporter: Reporter,
  from: string | null,
  to: string | null,
  host: string | null,
  connections: number,
  over: Partial<TcpSample> = {},
): TcpSample {
  return {
    ...edgeLabels(reporter, from, to, host),
    flags: [],
    security: reporter === 'source' ? 'unknown' : 'mutual_tls',
    sourcePrincipal: null,
    destinationPrincipal: null,
    requestBytesPerSecond: connections * 10,
    responseBytesPerSecond: connections * 10,
    connectionsPerSecond: connections,
    ...over,
  };
}

/** A latency sample of `buckets` as `[bound, cumulative rate]`. */
export function aLatency(
  reporter: Reporter,
  from: string | null,
  to: string | null,
  host: string | null,
  totalPerSecond: number,
  buckets: readonly (readonly [number, number])[],
): LatencySample {
  const labels = edgeLabels(reporter, from, to, host);
  return {
    reporter,
    source: labels.source,
    destination: labels.destination,
    destinationService: labels.destinationService,
    buckets: buckets.map(([upperBoundMs, perSecond]) => ({ upperBoundMs, perSecond })),
    totalPerSecond,
  };
}

/** A size sample. */
export function aBytes(
  reporter: Reporter,
  from: string | null,
  to: string | null,
  host: string | null,
  bytesPerSecond: number,
): BytesSample {
  return { ...edgeLabels(reporter, from, to, host), bytesPerSecond };
}

/** A snapshot over one minute that holds only what is given. */
export function aSnapshot(over: Partial<TelemetrySnapshot> = {}): TelemetrySnapshot {
  return {
    atMs: 2_000_000,
    windowSeconds: 60,
    requests: [],
    latency: [],
    latencyBoundsMs: [1, 5, 10, 25, 50, 100, 250, 500, 1_000],
    requestBytes: [],
    responseBytes: [],
    tcp: [],
    ...over,
  };
}
