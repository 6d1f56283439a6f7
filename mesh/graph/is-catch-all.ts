import type { MergedEdge } from '@/mesh/telemetry/merged-edge';

/**
 * Whether an edge went through a cluster that stands for no host: what several pods were called through by their
 * addresses is no service of theirs.
 */
export function isCatchAll({
  destinationServiceName,
}: Pick<MergedEdge, 'destinationServiceName'>): boolean {
  return (
    destinationServiceName === 'BlackHoleCluster' ||
    destinationServiceName?.includes('PassthroughCluster') === true
  );
}
