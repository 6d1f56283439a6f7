import { sumOfKnown } from '@/components/graph/fold/aggregate-edges';
import type { NumberField, StateWord, TextField } from '@/components/graph/find/fields';
import type { GraphEdge, GraphNode, TrafficRates } from '@/mesh/graph/graph';

/**
 * A node or edge as expressions see it. A text field has several values (`badge`), one, or none when it does not apply;
 * a number is `null` when it is not measured or does not apply.
 */
export interface FindSubject {
  readonly text: (field: TextField) => readonly string[] | null;
  readonly number: (field: NumberField) => number | null;
  readonly is: (state: StateWord) => boolean;
}

/** A node's traffic is what comes in; for one that receives none (a gateway, an unknown client) what goes out. */
export function nodeSubject(node: GraphNode): FindSubject {
  const rates =
    node.inbound.rps === null && node.inbound.tcpConnectionsPerSecond === null
      ? node.outbound
      : node.inbound;
  return {
    text: (field) => nodeText(node, field),
    number: (field) => (field === 'pods' ? node.readyPods : rateOf(rates, null, field)),
    is: (state) => node.health.status === state,
  };
}

/** An edge as expressions see it. It has no name or namespace of its own. */
export function edgeSubject(edge: GraphEdge): FindSubject {
  return {
    text: (field) => edgeText(edge, field),
    number: (field) => rateOf(edge, edge.share, field),
    is: (state) => (state === 'mirrored' ? edge.mirrored : edge.health.status === state),
  };
}

function nodeText(node: GraphNode, field: TextField): readonly string[] | null {
  switch (field) {
    case 'name':
      return [node.label];
    case 'namespace':
      return one(node.namespace);
    case 'cluster':
      return one(node.cluster ?? null);
    case 'app':
      return one(node.app);
    case 'version':
      return one(node.version);
    case 'kind':
      return [node.kind, ...(one(node.workloadKind) ?? [])];
    case 'health':
      return [node.health.status];
    case 'badge':
      return node.badges;
    case 'mtls':
    case 'protocol':
      return null;
  }
}

function edgeText(edge: GraphEdge, field: TextField): readonly string[] | null {
  if (field === 'mtls') return [edge.mtls.verdict];
  if (field === 'protocol') return [edge.protocol];
  return field === 'health' ? [edge.health.status] : null;
}

function one(value: string | null): readonly string[] | null {
  return value === null ? null : [value];
}

function rateOf(rates: TrafficRates, share: number | null, field: NumberField): number | null {
  switch (field) {
    case 'rps':
      return rates.rps;
    case 'errors':
      return rates.errorRatio;
    case 'p50':
      return rates.latencyMsP50;
    case 'p95':
      return rates.latencyMsP95;
    case 'p99':
      return rates.latencyMsP99;
    case 'share':
      return share;
    case 'throughput':
      return sumOfKnown([
        rates.requestBytesPerSecond,
        rates.responseBytesPerSecond,
        rates.tcpRequestBytesPerSecond,
        rates.tcpResponseBytesPerSecond,
      ]);
    case 'pods':
      return null;
  }
}
