import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packBoxes } from '@/components/graph/layout/pack-boxes';
import { overlaps, type Rectangle } from '@/components/graph/layout/point';
import { titleScale } from '@/components/graph/layout/title-scale';
import { rankBoxes } from '@/components/graph/layout/rank-boxes';

const item = (id: string, width = 100, height = 60) => ({ id, width, height, titleWidth: 0 });
const flow = (source: string, target: string, weight = 1) => ({ source, target, weight });

const problems = fc
  .array(
    fc.record({
      width: fc.integer({ min: 40, max: 1200 }),
      height: fc.integer({ min: 40, max: 900 }),
      titleWidth: fc.integer({ min: 0, max: 300 }),
    }),
    { minLength: 1, maxLength: 24 },
  )
  .chain((sizes) => {
    const ids = sizes.map((_, index) => `b${index}`);
    const flows = fc.array(
      fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids), fc.integer({ min: 1, max: 9 })),
      { maxLength: 60 },
    );
    return fc.tuple(
      fc.constant(sizes.map((size, index) => ({ id: ids[index] ?? '', ...size }))),
      flows,
    );
  });

const NOWHERE = { x: Number.NaN, y: Number.NaN };

describe('packBoxes', () => {
  it('never lets two boxes overlap', () => {
    fc.assert(
      fc.property(problems, ([items, links]) => {
        const places = packBoxes(
          items,
          links.map(([source, target, weight]) => flow(source, target, weight)),
        );
        const rectangles: Rectangle[] = items.map((box) => ({
          ...box,
          ...(places.get(box.id) ?? { x: Number.NaN, y: 0 }),
        }));
        rectangles.forEach((a, index) => {
          expect(Number.isFinite(a.x) && Number.isFinite(a.y)).toBe(true);
          for (const b of rectangles.slice(index + 1)) expect(overlaps(a, b)).toBe(false);
        });
      }),
    );
  });

  it('keeps a fixed box where it is and lets the others give way', () => {
    fc.assert(
      fc.property(
        problems,
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: -500, max: 500 }),
        ([items, links], x, y) => {
          const flows = links.map(([source, target, weight]) => flow(source, target, weight));
          const places = packBoxes(items, flows, new Map([['b0', { x, y }]]));
          expect(places.get('b0')).toEqual({ x, y });
          const rectangles = items.map((box) => ({
            ...box,
            ...(places.get(box.id) ?? { x: 0, y: 0 }),
          }));
          rectangles.forEach((a, index) => {
            for (const b of rectangles.slice(index + 1)) expect(overlaps(a, b)).toBe(false);
          });
        },
      ),
    );
  });

  it('gives the same places whatever the order of its input', () => {
    const items = ['a', 'b', 'c', 'd'].map((id) => item(id));
    const flows = [flow('a', 'b'), flow('b', 'c'), flow('a', 'd')];
    const straight = packBoxes(items, flows);
    expect([...packBoxes([...items], [...flows].reverse())].sort()).toEqual([...straight].sort());
  });

  it('fills the view with boxes that nothing connects, with room for their titles as they are seen', () => {
    const view = { width: 1000, height: 700 };
    const tall = { ...item('tall', 300, 1400), titleWidth: 90 };
    const small = ['a', 'b', 'c', 'd'].map((id) => ({ ...item(id, 110, 100), titleWidth: 130 }));
    const places = packBoxes([tall, ...small], [], new Map(), view);
    const frames = [tall, ...small].map((box) => ({ ...box, ...(places.get(box.id) ?? NOWHERE) }));
    const right = Math.max(...frames.map(({ x, width }) => x + width));
    const bottom = Math.max(...frames.map(({ y, height }) => y + height));
    expect(bottom).toBe(1400);
    // Shown at half its size, so titles are twice as wide beside their boxes.
    const scale = titleScale(Math.min(view.width / right, view.height / bottom));
    const titles = frames.map(({ x, y, titleWidth }) => ({
      x,
      y,
      width: titleWidth * scale,
      height: 20,
    }));
    titles.forEach((title, index) => {
      for (const other of titles.slice(index + 1)) expect(overlaps(title, other)).toBe(false);
    });
  });

  it('runs a chain from left to right', () => {
    const places = packBoxes([item('c'), item('a'), item('b')], [flow('a', 'b'), flow('b', 'c')]);
    const x = (id: string) => places.get(id)?.x ?? Number.NaN;
    expect(x('a')).toBeLessThan(x('b'));
    expect(x('b')).toBeLessThan(x('c'));
  });
});

describe('rankBoxes', () => {
  it('puts each box after the last of its callers and leaves out those without flow', () => {
    const ranks = rankBoxes(
      ['d', 'c', 'b', 'a', 'lone'],
      [flow('a', 'b'), flow('b', 'c'), flow('a', 'c'), flow('c', 'd')],
    );
    expect(Object.fromEntries(ranks)).toEqual({ a: 0, b: 1, c: 2, d: 3 });
  });

  it('opens a cycle at the box that sends most', () => {
    const ranks = rankBoxes(
      ['a', 'b', 'c'],
      [flow('a', 'b', 10), flow('b', 'c', 5), flow('c', 'a', 1)],
    );
    expect(Object.fromEntries(ranks)).toEqual({ a: 0, b: 1, c: 2 });
  });
});
