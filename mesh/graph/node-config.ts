import { compareText } from '@/mesh/topology/topology-index';
import { hostConfig } from '@/mesh/graph/host-config';
import { refKey } from '@/mesh/topology/object';
import { workloadConfig } from '@/mesh/graph/workload-config';
import type { NodeDraft } from '@/mesh/graph/graph-draft';
import type { ObjectRef } from '@/mesh/topology/object';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** Objects that act on a node, and the badges that they earn it. */
export interface NodeConfig {
  /** Ordered by kind, namespace and name; each once. */
  readonly refs: readonly ObjectRef[];
  readonly badges: readonly string[];
}

/**
 * A service node has what acts on its host; a workload node what selects it, and what acts on the hosts that lead to
 * it. Badges of a host that has a node of its own stand only there.
 */
export function nodeConfig(
  index: TopologyIndex,
  draft: NodeDraft,
  drawnHosts: ReadonlySet<string>,
): NodeConfig {
  const isPlace = draft.kind === 'service' || draft.kind === 'service-entry';
  const refs = new Map<string, ObjectRef>();
  const badges = new Set<string>();
  if (draft.entry !== null) refs.set(refKey(draft.entry), draft.entry);
  for (const host of draft.hosts) {
    const config = hostConfig(index, host);
    for (const ref of config.refs) refs.set(refKey(ref), ref);
    if (isPlace || !drawnHosts.has(host)) for (const badge of config.badges) badges.add(badge);
  }
  if (!isPlace) {
    for (const workload of draft.workloads) {
      for (const ref of workloadConfig(index, workload)) refs.set(refKey(ref), ref);
    }
  }
  const sorted = [...refs].sort(([a], [b]) => compareText(a, b)).map(([, ref]) => ref);
  return { refs: sorted, badges: [...badges].sort() };
}
