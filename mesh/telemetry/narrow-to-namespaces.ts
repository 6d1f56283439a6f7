import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';

interface Ends {
  readonly source: { readonly namespace: string | null };
  readonly destination: { readonly namespace: string | null };
  readonly destinationService: string | null;
  readonly destinationServiceNamespace?: string | null;
}

/** `b` of the host `a.b.svc.cluster.local`, in which a Service's host is written. */
function namespaceOfHost(host: string | null): string | null {
  const [, namespace, kind] = host?.split('.') ?? [];
  return kind === 'svc' ? (namespace ?? null) : null;
}

/**
 * The traffic that begins or ends in one of the namespaces, each report whole: traffic from elsewhere into them and from
 * them to elsewhere stays with its figures. An empty set narrows nothing.
 */
export function narrowToNamespaces(
  snapshot: TelemetrySnapshot,
  namespaces: ReadonlySet<string>,
): TelemetrySnapshot {
  if (namespaces.size === 0) return snapshot;
  const isIn = (name: string | null | undefined) =>
    typeof name === 'string' && namespaces.has(name);
  const touches = (sample: Ends) =>
    isIn(sample.source.namespace) ||
    isIn(sample.destination.namespace) ||
    isIn(sample.destinationServiceNamespace) ||
    isIn(namespaceOfHost(sample.destinationService));
  return {
    ...snapshot,
    requests: snapshot.requests.filter(touches),
    latency: snapshot.latency.filter(touches),
    requestBytes: snapshot.requestBytes.filter(touches),
    responseBytes: snapshot.responseBytes.filter(touches),
    tcp: snapshot.tcp.filter(touches),
  };
}
