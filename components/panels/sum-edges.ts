import type { GraphEdge } from '@/mesh/graph/graph';

/** Traffic of several edges together; each figure `null` when no edge has it. */
export interface EdgeTotals {
  readonly rps: number | null;
  /** 0..1, weighted by rate; `null` without requests. */
  readonly errorRatio: number | null;
  readonly bytesPerSecond: number | null;
  readonly tcpBytesPerSecond: number | null;
}

/** Adds up edges. Mirrored copies are left out: no user waits for them. */
export function sumEdges(edges: readonly GraphEdge[]): EdgeTotals {
  const counted = edges.filter(({ mirrored }) => !mirrored);
  const rps = sum(counted.map((edge) => edge.rps));
  const failed = sum(
    counted.map((edge) =>
      edge.rps === null || edge.errorRatio === null ? null : edge.rps * edge.errorRatio,
    ),
  );
  return {
    rps,
    errorRatio: rps === null || rps === 0 || failed === null ? null : failed / rps,
    bytesPerSecond: sum(
      counted.flatMap((edge) => [edge.requestBytesPerSecond, edge.responseBytesPerSecond]),
    ),
    tcpBytesPerSecond: sum(
      counted.flatMap((edge) => [edge.tcpRequestBytesPerSecond, edge.tcpResponseBytesPerSecond]),
    ),
  };
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
