import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packTight } from '@/components/graph/layout/pack-tight';
import { overlaps } from '@/components/graph/layout/point';

const GAP = 18;
const largerSide = ({ width, height }: { width: number; height: number }) =>
  Math.max(width, height);
const options = { gap: GAP, leastWidth: 0, badness: largerSide };

const sizes = fc.array(
  fc.record({ width: fc.integer({ min: 1, max: 900 }), height: fc.integer({ min: 1, max: 900 }) }),
  { minLength: 1, maxLength: 120 },
);

function packed(items: readonly { width: number; height: number }[], view = options) {
  const named = items.map((item, index) => ({ id: `r${index}`, ...item }));
  const corners = packTight(named, view);
  return named.map((item) => ({ ...item, ...(corners.get(item.id) ?? { x: NaN, y: NaN }) }));
}

test('every two rectangles are at least the gap apart, the first at the corner', () => {
  fc.assert(
    fc.property(sizes, (items) => {
      const frames = packed(items);
      expect(Math.min(...frames.map(({ x }) => x))).toBe(0);
      expect(Math.min(...frames.map(({ y }) => y))).toBe(0);
      frames.forEach((a, index) => {
        for (const b of frames.slice(index + 1)) expect(overlaps(a, b, GAP - 0.001)).toBe(false);
      });
    }),
    { numRuns: 60 },
  );
});

test('small ones stand beside a tall one, above each other, not in a row below it', () => {
  const frames = packed([
    { width: 100, height: 418 },
    ...Array.from({ length: 4 }, () => ({ width: 100, height: 91 })),
  ]);
  expect(Math.max(...frames.map(({ y, height }) => y + height))).toBe(418);
  expect(frames.slice(1).map(({ x }) => x)).toEqual([118, 118, 118, 118]);
});

test('hundreds of equal squares stand in a square', () => {
  const frames = packed(Array.from({ length: 400 }, () => ({ width: 82, height: 82 })));
  const right = Math.max(...frames.map(({ x, width }) => x + width));
  const bottom = Math.max(...frames.map(({ y, height }) => y + height));
  const ideal = 20 * (82 + GAP) - GAP;
  expect(Math.max(right, bottom)).toBeLessThan(ideal * 1.25);
});
