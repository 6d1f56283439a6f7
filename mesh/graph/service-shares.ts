import { isPlace, type EdgeDraft, type NodeDraft } from '@/mesh/graph/graph-draft';

/**
 * Share (0..1) of a service node's traffic that each of its outgoing edges takes, by requests for HTTP and gRPC
 * together, by connections for TCP (by bytes where no connection was opened). Mirrored copies count for nothing. Edges
 * without a share are absent.
 */
export function serviceShares(edges: Iterable<EdgeDraft>): ReadonlyMap<EdgeDraft, number> {
  const groups = new Map<NodeDraft, EdgeDraft[]>();
  for (const edge of edges) {
    if (!isPlace(edge.source) || edge.isMirrored) continue;
    const group = groups.get(edge.source);
    if (group === undefined) groups.set(edge.source, [edge]);
    else group.push(edge);
  }
  const shares = new Map<EdgeDraft, number>();
  for (const group of groups.values()) {
    addShares(
      shares,
      group.filter(({ protocol }) => protocol !== 'tcp'),
      requestsOf,
    );
    const tcp = group.filter(({ protocol }) => protocol === 'tcp');
    const isCounted = tcp.some((edge) => (connectionsOf(edge) ?? 0) > 0);
    addShares(shares, tcp, isCounted ? connectionsOf : bytesOf);
  }
  return shares;
}

function addShares(
  shares: Map<EdgeDraft, number>,
  edges: readonly EdgeDraft[],
  rateOf: (edge: EdgeDraft) => number | null,
): void {
  const rates = edges.map(rateOf);
  const total = rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0);
  if (!(total > 0)) return;
  edges.forEach((edge, position) => {
    const rate = rates[position] ?? null;
    if (rate !== null) shares.set(edge, rate / total);
  });
}

function requestsOf(edge: EdgeDraft): number | null {
  return edge.rates.judged().requestsPerSecond;
}

function connectionsOf(edge: EdgeDraft): number | null {
  return edge.rates.judged().connectionsPerSecond;
}

function bytesOf(edge: EdgeDraft): number | null {
  return edge.rates.judged().tcpBytesPerSecond;
}
