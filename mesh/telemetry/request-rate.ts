import type { MergedEdge } from '@/mesh/telemetry/merged-edge';

/**
 * Requests per second; for TCP connections opened per second. `null` for TCP whose connections no series counts (long
 * connections may move bytes without opening any, which is a measured zero).
 */
export function requestRate(edge: Pick<MergedEdge, 'outcomes' | 'tcp'>): number | null {
  if (edge.tcp !== null) return edge.tcp.connectionsPerSecond;
  let sum = 0;
  for (const { requestsPerSecond } of edge.outcomes) sum += requestsPerSecond;
  return sum;
}
