import { describe, expect, it } from 'vitest';
import {
  forgetAbsent,
  MOST_ABSENT_ITEMS,
  MOST_ABSENT_NODES,
  MOST_MOVED,
} from '@/components/graph/layout/forget-absent';
import { gapsFor } from '@/components/graph/layout/inside-layout';
import { EMPTY_MEMORY } from '@/components/graph/layout/layout-memory';
import type { LayoutPlan } from '@/components/graph/layout/layout-plan';

const spot = { x: 1, y: 2 };

function planOf(nodeIds: readonly string[]): LayoutPlan {
  const nodes = nodeIds.map((id) => ({
    id,
    width: 40,
    height: 40,
    outerWidth: 40,
    labelHeight: 12,
    group: null,
  }));
  return {
    items: [
      {
        id: 'namespace:shop',
        around: null,
        kind: 'namespace',
        problem: { nodes, edges: [], gaps: gapsFor(1000, 740) },
      },
    ],
    flows: [],
    folded: new Set(),
    pinned: new Set(),
  };
}

const points = (count: number, name: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}-${index}`, spot]));

describe('forgetAbsent', () => {
  it('forgets the nodes of a namespace that were absent for longest, and none of those in the picture', () => {
    const inside = { present: spot, ...points(MOST_ABSENT_NODES + 50, 'job') };
    const plan = planOf(['present']);
    const memory = forgetAbsent({ ...EMPTY_MEMORY, insides: { 'namespace:shop': inside } }, plan);
    const kept = Object.keys(memory.insides['namespace:shop'] ?? {});
    expect(kept).toHaveLength(MOST_ABSENT_NODES + 1);
    expect(kept).toContain('present');
    expect(kept).not.toContain('job-49');
    expect(kept).toContain('job-50');
  });

  it('counts a node that has come back as young again', () => {
    const inside = { back: spot, ...points(MOST_ABSENT_NODES, 'job') };
    const together = forgetAbsent(
      { ...EMPTY_MEMORY, insides: { 'namespace:shop': inside } },
      planOf(['back']),
    );
    const gone = forgetAbsent(together, planOf(['job-5']));
    expect(Object.keys(gone.insides['namespace:shop'] ?? {})).toContain('back');
  });

  it('forgets namespaces that were absent for longest', () => {
    const insides = {
      ...Object.fromEntries(Object.keys(points(400, 'old')).map((id) => [id, {}])),
    };
    const origins = { 'namespace:shop': spot, ...points(400, 'old') };
    const memory = forgetAbsent({ ...EMPTY_MEMORY, insides, origins }, planOf(['a']));
    expect(Object.keys(memory.insides)).toHaveLength(MOST_ABSENT_ITEMS);
    expect(Object.keys(memory.origins)).toHaveLength(MOST_ABSENT_ITEMS + 1);
    expect(memory.origins['namespace:shop']).toEqual(spot);
    expect(memory.origins['old-399']).toEqual(spot);
  });

  it('keeps what the user moved although it is absent, up to a number that nobody moves by hand', () => {
    const movedNodes = points(MOST_MOVED + 1, 'moved');
    const memory = forgetAbsent({ ...EMPTY_MEMORY, movedNodes }, planOf(['a']));
    expect(Object.keys(memory.movedNodes)).toHaveLength(MOST_MOVED);
    expect(memory.movedNodes['moved-0']).toBeUndefined();
  });
});
