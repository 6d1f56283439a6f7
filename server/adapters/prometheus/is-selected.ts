import { isCatchAll } from '@/mesh/graph/is-catch-all';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { PeerLabels } from '@/mesh/telemetry/telemetry';
import type { SeriesEnd, SeriesSelector } from '@/server/ports';

/** Whether a selector means an edge, by the rules with which the graph finds the nodes of its ends. */
export function isSelected(edge: MergedEdge, traffic: SeriesSelector): boolean {
  if (traffic.protocol !== null && traffic.protocol !== edge.protocol) return false;
  return isSource(edge.source, traffic.source) && isTarget(edge, traffic);
}

function isSource(peer: PeerLabels, end: SeriesEnd): boolean {
  return end.workload === 'unknown' ? peer.workload === null : isNamed(peer, end);
}

function isNamed(peer: PeerLabels, end: SeriesEnd): boolean {
  return (
    (end.namespace === undefined || end.namespace === (peer.namespace ?? '')) &&
    (end.workload === undefined || end.workload === peer.workload) &&
    (end.app === undefined || end.app === peer.app) &&
    (end.version === undefined || end.version === peer.version)
  );
}

function isTarget(edge: MergedEdge, traffic: SeriesSelector): boolean {
  const { destination, destinationServices, destinationServiceName } = traffic;
  if (destinationServiceName !== null) return isCluster(edge, destinationServiceName);
  if (destinationServices.length > 0) {
    const { destinationService } = edge;
    if (destinationService === null || isCatchAll(edge)) return false;
    if (!destinationServices.includes(destinationService)) return false;
  }
  if (Object.keys(destination).length === 0) return true;
  // Requests to nowhere never reached a workload, whoever is named; and nobody calls a client without a name.
  if (edge.destinationServiceName === 'BlackHoleCluster') return false;
  return edge.destination.workload !== null && isNamed(edge.destination, destination);
}

/** A node for requests that reached no workload; what passed through to one that is known stands at that workload. */
function isCluster(edge: MergedEdge, name: string): boolean {
  if (name === 'BlackHoleCluster') return edge.destinationServiceName === name;
  return edge.destination.workload === null && edge.destinationServiceName?.endsWith(name) === true;
}
