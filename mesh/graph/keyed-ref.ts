import { compareText } from '@/mesh/topology/topology-index';
import { refKey, type ObjectRef } from '@/mesh/topology/object';

/** A ref with its {@link refKey}, so that lists of refs are joined without putting keys together again. */
export interface KeyedRef {
  readonly key: string;
  readonly ref: ObjectRef;
}

/** Refs by kind, namespace and name, each once. */
export function sortRefs(refs: readonly ObjectRef[]): readonly KeyedRef[] {
  const keyed = refs.map((ref) => ({ key: refKey(ref), ref }));
  return keyed.length < 2 ? keyed : joinRefs([keyed]);
}

/** One list of several, ordered by key, each once. A list that stands alone and is ordered should be taken as it is. */
export function joinRefs(lists: readonly (readonly KeyedRef[])[]): readonly KeyedRef[] {
  const byKey = new Map<string, KeyedRef>();
  for (const list of lists) for (const keyed of list) byKey.set(keyed.key, keyed);
  return [...byKey.values()].sort((a, b) => compareText(a.key, b.key));
}
