import type { TopologyIndex } from '@/mesh/topology/topology-index';

/**
 * Makes an answer once for each topology and remembers it for as long as that topology lives. Call it at the top of a
 * module: a memo of its own belongs to each call.
 */
export function perTopology<T>(make: (index: TopologyIndex) => T): (index: TopologyIndex) => T {
  const known = new WeakMap<TopologyIndex, { readonly answer: T }>();
  return (index) => {
    const found = known.get(index);
    if (found !== undefined) return found.answer;
    const answer = make(index);
    known.set(index, { answer });
    return answer;
  };
}
