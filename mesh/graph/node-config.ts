import { hostConfig } from '@/mesh/graph/host-config';
import { isPlace, type NodeDraft } from '@/mesh/graph/graph-draft';
import { joinRefs, sortRefs, type KeyedRef } from '@/mesh/graph/keyed-ref';
import { workloadConfig } from '@/mesh/graph/workload-config';
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
  const lists: (readonly KeyedRef[])[] = [];
  const badges = new Set<string>();
  if (draft.entry !== null) lists.push(sortRefs([draft.entry]));
  for (const host of draft.hosts) {
    const config = hostConfig(index, host);
    if (config.refs.length > 0) lists.push(config.refs);
    if (!isPlace(draft) && drawnHosts.has(host)) continue;
    for (const badge of config.badges) badges.add(badge);
  }
  if (!isPlace(draft)) {
    for (const workload of draft.workloads) {
      const acting = workloadConfig(index, workload);
      if (acting.length > 0) lists.push(acting);
    }
  }
  const [only = []] = lists;
  const refs = lists.length > 1 ? joinRefs(lists) : only;
  return { refs: refs.map(({ ref }) => ref), badges: [...badges].sort() };
}
