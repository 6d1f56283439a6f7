import ELK from 'elkjs';
import { describe, expect, it } from 'vitest';
import { fromElkAnswer, toElkProblem } from '@/components/graph/layout/elk-problem';
import {
  gapsFor,
  structureKey,
  type InsideLayout,
  type InsideProblem,
} from '@/components/graph/layout/inside-layout';
import { nodeRectangle, placeNew } from '@/components/graph/layout/place-new';
import { overlaps } from '@/components/graph/layout/point';
import { simpleLayered } from '@/components/graph/layout/simple-layered';

const node = (id: string, group: string | null = null) => ({
  id,
  width: 42,
  height: 42,
  outerWidth: 80,
  labelHeight: 21,
  group,
});

function problemOf(count: number, hasGroups: boolean): InsideProblem {
  const nodes = Array.from({ length: count }, (_, index) =>
    node(`n${index}`, hasGroups && index % 4 < 2 ? `g${Math.floor(index / 4)}` : null),
  );
  const edges = nodes
    .slice(1)
    .map((target, index) => ({ source: `n${Math.floor(index / 2)}`, target: target.id }));
  return {
    nodes,
    edges: [...edges, { source: `n${count - 1}`, target: 'n0' }],
    gaps: gapsFor(1000, 740),
  };
}

function expectApart(problem: InsideProblem, layout: InsideLayout): void {
  const rectangles = problem.nodes.map((entry) =>
    nodeRectangle(entry, layout.get(entry.id) ?? { x: Number.NaN, y: 0 }),
  );
  rectangles.forEach((a, index) => {
    expect(Number.isFinite(a.x)).toBe(true);
    for (const b of rectangles.slice(index + 1)) expect(overlaps(a, b)).toBe(false);
  });
}

describe.each([false, true])('inside a namespace (app boxes: %s)', (hasGroups) => {
  const problem = problemOf(30, hasGroups);

  it('the worker’s problem gives every node a place of its own, callers left of what they call', async () => {
    const layout = fromElkAnswer(await new ELK().layout(toElkProblem(problem)), problem);
    expectApart(problem, layout);
    expect(layout.get('n0')?.x ?? 0).toBeLessThan(layout.get('n1')?.x ?? 0);
  });

  it('the plain layout gives every node a place of its own', () => {
    expectApart(problem, simpleLayered(problem));
  });

  it('what is new finds a free place and nothing else moves', () => {
    const standing = new Map(
      [...simpleLayered(problem)].filter(([id]) => id !== 'n7' && id !== 'n20'),
    );
    const layout = placeNew(problem, standing);
    expectApart(problem, layout);
    for (const [id, point] of standing) expect(layout.get(id)).toEqual(point);
  });
});

describe('structureKey', () => {
  it('does not depend on order but on nodes, sizes and edges', () => {
    const problem = problemOf(6, false);
    const shuffled = {
      ...problem,
      nodes: [...problem.nodes].reverse(),
      edges: [...problem.edges].reverse(),
    };
    expect(structureKey(shuffled)).toBe(structureKey(problem));
    expect(structureKey({ ...problem, edges: problem.edges.slice(1) })).not.toBe(
      structureKey(problem),
    );
    expect(structureKey({ ...problem, gaps: gapsFor(700, 740) })).not.toBe(structureKey(problem));
  });
});
