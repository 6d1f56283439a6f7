import { expect, test } from 'vitest';
import { openedPlace } from '@/components/graph/split/opened-place';

const view = { x: 0, y: 0, width: 1000, height: 600 };
const anchor = (x: number, y: number) => ({ x, y, width: 40, height: 20 });
/** What hangs 12 pixels below the middle of an anchor. */
const below = (at: ReturnType<typeof anchor>, width = 200, height = 150) => ({
  x: at.x + at.width / 2 - width / 2,
  y: at.y + at.height + 12,
  width,
  height,
});
const placed = (at: ReturnType<typeof anchor>, width?: number, height?: number) =>
  openedPlace(below(at, width, height), at, view);

test('where there is room it hangs below its anchor', () => {
  expect(placed(anchor(400, 300))).toEqual({ side: 'below', aside: 0 });
});

test('without room below it stands above', () => {
  expect(placed(anchor(400, 500))).toEqual({ side: 'above', aside: 0 });
});

test('what fits on neither side stands where there is more room, so that its top is not cut off', () => {
  expect(placed(anchor(400, 200), 200, 500).side).toBe('below');
  expect(placed(anchor(400, 400), 200, 500).side).toBe('above');
});

test('it is moved aside as far as it would stand outside, and no further than its left edge', () => {
  expect(placed(anchor(20, 300)).aside).toBe(60);
  expect(placed(anchor(940, 300)).aside).toBe(-60);
  expect(placed(anchor(480, 300), 1200).aside).toBe(100);
});
