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

/** Keys may hold what clients send, a `Host` header say: beyond so many answers of one topology all are forgotten. */
export const MOST_ANSWERS = 50_000;

/**
 * Like {@link perTopology}, for questions about something of a topology: one answer for each `key`, up to
 * {@link MOST_ANSWERS}. Keys are compared as those of a `Map` are.
 */
export function perTopologyBy<K, T>(
  make: (index: TopologyIndex, key: K) => T,
): (index: TopologyIndex, key: K) => T {
  const answersOf = perTopology(() => new Map<K, T>());
  return (index, key) => {
    const answers = answersOf(index);
    const found = answers.get(key);
    if (found !== undefined || answers.has(key)) return found as T;
    const answer = make(index, key);
    if (answers.size >= MOST_ANSWERS) answers.clear();
    answers.set(key, answer);
    return answer;
  };
}
