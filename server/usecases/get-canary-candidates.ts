import type { CanaryCandidatesQuery, CanaryCandidatesResponse } from '@/contract/canary-candidates';
import { findCanaryCandidates } from '@/mesh/splits/find-canary-candidates';
import type { MeshSources } from '@/server/usecases/mesh-sources';

/** Services with several versions and no route, in the namespaces asked for. */
export function getCanaryCandidates(
  { cluster }: MeshSources,
  { namespaces }: CanaryCandidatesQuery,
): CanaryCandidatesResponse {
  const topology = cluster.topology();
  // `planCanary` would refuse them.
  const all = cluster.clusters() === null ? findCanaryCandidates(topology) : [];
  const candidates = all.filter(
    ({ namespace }) => namespaces.length === 0 || namespaces.includes(namespace),
  );
  return { candidates, at: topology.atMs, gaps: cluster.gaps() };
}
