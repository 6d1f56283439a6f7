import type { AccessLogEntry } from '@/demo/kubernetes/access-log';
import type { PodModel } from '@/demo/traffic/model/mesh-model';
import { portOf } from '@/demo/traffic/tracing/hops-to-spans';
import type { Hop } from '@/demo/traffic/tracing/hop';

/** The access log lines of every proxy that a transaction passed, oldest first. */
export function hopsToLogEntries(hops: readonly Hop[], requestId: string): AccessLogEntry[] {
  return collect(hops, requestId).sort((a, b) => a.atMs - b.atMs);
}

function collect(hops: readonly Hop[], requestId: string): AccessLogEntry[] {
  return hops.flatMap((hop) => {
    const { clientPod, serverPod, report } = hop;
    const entries: AccessLogEntry[] = [];
    if (hop.clientHasProxy && clientPod !== null) {
      entries.push(toEntry(hop, clientPod, report.labels.client, requestId, hop.cluster));
    }
    if (serverPod?.hasProxy === true && report.labels.server !== null) {
      const cluster = `inbound|${portOf(hop)}||`;
      entries.push(toEntry(hop, serverPod, report.labels.server, requestId, cluster));
    }
    return [
      ...entries,
      ...collect(hop.earlierTries, requestId),
      ...collect(hop.children, requestId),
    ];
  });
}

function toEntry(
  hop: Hop,
  pod: PodModel,
  labels: Readonly<Record<string, string>> | null,
  requestId: string,
  upstreamCluster: string,
): AccessLogEntry {
  const { behaviour, serverPod } = hop;
  return {
    namespace: pod.namespace,
    pod: pod.name,
    atMs: Math.round(hop.startMs),
    method: behaviour.method,
    path: behaviour.path,
    protocol: behaviour.protocol === 'grpc' ? 'HTTP/2' : 'HTTP/1.1',
    code: Number(labels?.['response_code'] ?? hop.report.code),
    flags: labels?.['response_flags'] ?? '-',
    bytesReceived: behaviour.requestBytes,
    bytesSent: hop.report.responseBytes,
    durationMs: hop.durationMs,
    requestId,
    authority: `${behaviour.host}:${String(behaviour.port)}`,
    upstreamAddress: serverPod === null ? '-' : `${serverPod.ip}:${portOf(hop)}`,
    upstreamCluster,
  };
}
