import type { LayoutMemory } from '@/components/graph/layout/layout-memory';
import type { LayoutPlan } from '@/components/graph/layout/layout-plan';
import type { Point } from '@/components/graph/layout/point';

/** Absent nodes remembered for a namespace beside those in the picture, so that hiding some for a while moves nothing. */
export const MOST_ABSENT_NODES = 500;
/** Namespaces and single nodes remembered that are not in the picture, e.g. because others were chosen. */
export const MOST_ABSENT_ITEMS = 300;
/** Places chosen by the user that are remembered at all. */
export const MOST_MOVED = 2000;

/**
 * A memory without what has been absent for longest: jobs and workloads long gone must not fill it for ever. What the
 * picture holds is kept whole, and becomes the youngest.
 */
export function forgetAbsent(memory: LayoutMemory, plan: LayoutPlan): LayoutMemory {
  const items = new Set(plan.items.map(({ id }) => id));
  const insides = keepYoungest(memory.insides, items, MOST_ABSENT_ITEMS);
  for (const { id, kind, problem } of plan.items) {
    const inside = insides[id];
    if (kind !== 'namespace' || inside === undefined) continue;
    const nodes = new Set(problem.nodes.map((node) => node.id));
    insides[id] = keepYoungest(inside, nodes, MOST_ABSENT_NODES);
  }
  return {
    ...memory,
    insides,
    origins: keepYoungest(memory.origins, items, MOST_ABSENT_ITEMS),
    movedNodes: youngest(memory.movedNodes, MOST_MOVED),
    movedItems: youngest(memory.movedItems, MOST_MOVED),
  };
}

/** Entries that are present, last, after the youngest of those that are not. */
function keepYoungest<T>(
  record: Readonly<Record<string, T>>,
  present: ReadonlySet<string>,
  mostAbsent: number,
): Record<string, T> {
  const entries = Object.entries(record);
  const absent = entries.filter(([id]) => !present.has(id));
  return Object.fromEntries([
    ...absent.slice(Math.max(0, absent.length - mostAbsent)),
    ...entries.filter(([id]) => present.has(id)),
  ]);
}

function youngest(
  points: Readonly<Record<string, Point>>,
  most: number,
): Readonly<Record<string, Point>> {
  const entries = Object.entries(points);
  return entries.length <= most ? points : Object.fromEntries(entries.slice(-most));
}
