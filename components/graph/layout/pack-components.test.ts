import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gapsFor, type InsideProblem } from '@/components/graph/layout/inside-layout';
import { nodeRectangle } from '@/components/graph/layout/place-new';
import { boundsOf, overlaps } from '@/components/graph/layout/point';
import { simpleLayered } from '@/components/graph/layout/simple-layered';

const node = (id: string, outerWidth = 90) => ({
  id,
  width: 42,
  height: 42,
  outerWidth,
  labelHeight: 21,
  group: null,
});
const wide = gapsFor(1200, 740);
const narrow = gapsFor(640, 740);

function boundsFor(problem: InsideProblem) {
  const layout = simpleLayered(problem);
  const frames = problem.nodes.map((one) =>
    nodeRectangle(one, layout.get(one.id) ?? { x: Number.NaN, y: 0 }),
  );
  return { layout, frames, bounds: boundsOf(frames) ?? { x: 0, y: 0, width: 0, height: 0 } };
}

test('a namespace in which nothing is connected is a grid in the shape of the view, not a column', () => {
  const nodes = Array.from({ length: 24 }, (_, index) => node(`n${index}`));
  const wideBounds = boundsFor({ nodes, edges: [], gaps: wide }).bounds;
  const narrowBounds = boundsFor({ nodes, edges: [], gaps: narrow }).bounds;
  expect(wideBounds.width / wideBounds.height).toBeGreaterThan(1.1);
  expect(wideBounds.width / wideBounds.height).toBeLessThan(2.2);
  expect(narrowBounds.width / narrowBounds.height).toBeGreaterThan(0.7);
  expect(narrowBounds.width).toBeLessThan(wideBounds.width);
});

test('parts keep their own shape, callers left of what they call', () => {
  const nodes = ['a', 'b', 'c', 'd', 'lone'].map((id) => node(id));
  const edges = [
    { source: 'a', target: 'b' },
    { source: 'c', target: 'd' },
  ];
  const { layout } = boundsFor({ nodes, edges, gaps: wide });
  const at = (id: string) => layout.get(id) ?? { x: Number.NaN, y: Number.NaN };
  expect(at('a').x).toBeLessThan(at('b').x);
  expect(at('b').x - at('a').x).toBe(at('d').x - at('c').x);
});

test('names and bodies of what nothing connects are apart, and the order of input does not matter', () => {
  const problems = fc
    .array(fc.integer({ min: 50, max: 190 }), { minLength: 3, maxLength: 100 })
    .map((widths) => widths.map((width, index) => node(`n${index}`, width)));
  fc.assert(
    fc.property(problems, (nodes) => {
      const { frames, layout } = boundsFor({ nodes, edges: [], gaps: wide });
      frames.forEach((a, index) => {
        for (const b of frames.slice(index + 1)) expect(overlaps(a, b)).toBe(false);
      });
      const again = simpleLayered({ nodes: [...nodes].reverse(), edges: [], gaps: wide });
      expect([...again].sort()).toEqual([...layout].sort());
    }),
    { numRuns: 40 },
  );
});
