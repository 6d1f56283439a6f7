import type { SpanRecord } from '@/demo/jaeger/trace-store';
import type { PodModel } from '@/demo/traffic/model/mesh-model';
import type { SeededRandom } from '@/demo/traffic/seeded-random';
import type { Hop } from '@/demo/traffic/tracing/hop';

/** Spans of one transaction as Envoy makes them: one at the client's proxy and one at the server's for every hop. */
export function hopsToSpans(hops: readonly Hop[], random: SeededRandom): SpanRecord[] {
  const traceId = hexId(random, 4);
  const requestId = uuid(random);
  const spans: SpanRecord[] = [];
  for (const hop of hops) addHop(hop, null, { traceId, requestId, random, spans });
  return spans;
}

interface Transaction {
  readonly traceId: string;
  readonly requestId: string;
  readonly random: SeededRandom;
  readonly spans: SpanRecord[];
}

function addHop(hop: Hop, parentSpanId: string | null, transaction: Transaction): void {
  const { random, spans } = transaction;
  let parent = parentSpanId;
  if (hop.clientHasProxy && hop.clientPod !== null) {
    const span = toSpan(hop, 'client', hop.clientPod, parent, transaction);
    spans.push(span);
    parent = span.spanId;
  }
  for (const earlier of hop.earlierTries) addHop(earlier, parent, transaction);
  if (hop.serverPod?.hasProxy === true && hop.report.labels.server !== null) {
    const span = toSpan(hop, 'server', hop.serverPod, parent, transaction);
    spans.push(span);
    parent = span.spanId;
  }
  // A bare application that makes calls passes the trace headers on all the same.
  parent ??= hexId(random, 2);
  for (const child of hop.children) addHop(child, parent, transaction);
}

function toSpan(
  hop: Hop,
  kind: 'client' | 'server',
  pod: PodModel,
  parentSpanId: string | null,
  transaction: Transaction,
): SpanRecord {
  const labels = kind === 'client' ? hop.report.labels.client : hop.report.labels.server;
  const isServer = kind === 'server';
  const durationMs = Math.max(0.05, isServer ? hop.tryDurationMs - 0.7 : hop.durationMs);
  const { workload } = pod;
  return {
    traceId: transaction.traceId,
    spanId: hexId(transaction.random, 2),
    parentSpanId,
    service: `${workload.canonicalService}.${pod.namespace}`,
    operation: `${labels?.['destination_service'] ?? hop.behaviour.host}:${portOf(hop)}/*`,
    startMicros: Math.round((isServer ? hop.tryStartMs + 0.35 : hop.startMs) * 1000),
    durationMicros: Math.round(durationMs * 1000),
    tags: {
      ...requestTags(hop, kind, transaction.requestId),
      ...proxyTags(hop, kind, pod),
      ...outcomeTags(hop, labels),
    },
    processTags: { ip: pod.ip, hostname: pod.name, namespace: pod.namespace },
  };
}

/** The port of the cluster that was chosen, else the one that was asked for. */
export function portOf(hop: Hop): string {
  return hop.cluster.split('|')[1] ?? String(hop.behaviour.port);
}

function requestTags(hop: Hop, kind: 'client' | 'server', requestId: string): SpanRecord['tags'] {
  const { behaviour } = hop;
  return {
    'span.kind': kind,
    component: 'proxy',
    'http.method': behaviour.method,
    'http.url': `http://${behaviour.host}:${String(behaviour.port)}${behaviour.path}`,
    'http.protocol': behaviour.protocol === 'grpc' ? 'HTTP/2' : 'HTTP/1.1',
    'guid:x-request-id': requestId,
    request_size: String(behaviour.requestBytes),
    response_size: String(hop.report.responseBytes),
    user_agent: behaviour.protocol === 'grpc' ? 'grpc-go/1.71.0' : 'python-requests/2.32.3',
  };
}

function proxyTags(hop: Hop, kind: 'client' | 'server', pod: PodModel): SpanRecord['tags'] {
  const isGateway = pod.labels['sidecar.istio.io/inject'] === 'false';
  const cluster = kind === 'client' ? hop.cluster : `inbound|${portOf(hop)}||`;
  return {
    node_id: `${isGateway ? 'router' : 'sidecar'}~${pod.ip}~${pod.name}.${pod.namespace}~${pod.namespace}.svc.cluster.local`,
    upstream_cluster: cluster,
    'upstream_cluster.name': cluster,
    downstream_cluster: '-',
    'peer.address': (kind === 'client' ? pod.ip : hop.clientPod?.ip) ?? '-',
    'istio.canonical_service': pod.workload.canonicalService,
    'istio.canonical_revision': pod.workload.canonicalRevision,
    'istio.namespace': pod.namespace,
    'istio.mesh_id': 'cluster.local',
    'istio.cluster_id': 'Kubernetes',
  };
}

function outcomeTags(
  hop: Hop,
  labels: Readonly<Record<string, string>> | null,
): SpanRecord['tags'] {
  const status = labels?.['grpc_response_status'] ?? '';
  const code = labels?.['response_code'] ?? String(hop.report.code);
  const isError = code === '0' || Number(code) >= 500 || (status !== '' && status !== '0');
  return {
    'http.status_code': code,
    response_flags: labels?.['response_flags'] ?? '-',
    ...(status === '' ? {} : { 'grpc.status_code': status }),
    ...(isError ? { error: true } : {}),
  };
}

function hexId(random: SeededRandom, words: number): string {
  let id = '';
  for (let word = 0; word < words; word += 1) {
    id += random.below(4294967296).toString(16).padStart(8, '0');
  }
  return id;
}

function uuid(random: SeededRandom): string {
  const hex = hexId(random, 4);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
