import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { curvePath } from '@/components/graph/curve';
import {
  pillRectangle,
  placeLabels,
  type EdgeLabelRequest,
} from '@/components/graph/labels/place-labels';
import { TEXT_PADDING } from '@/components/graph/labels/text-stamps';
import { overlaps, type Rectangle } from '@/components/graph/layout/point';

const end = (x: number, y: number) => ({ x, y, width: 42, height: 42 });
const pill = (id: string, x1: number, y1: number, x2: number, y2: number): EdgeLabelRequest => ({
  id,
  path: curvePath(end(x1, y1), end(x2, y2)),
  width: 50,
  height: 18,
  isForced: false,
  before: null,
});
const body = (id: string, rectangle: Rectangle) => ({ id, ...rectangle });
const name = (id: string, places: readonly Rectangle[], isForced = false) => ({
  id,
  places,
  isForced,
  before: null as number | null,
});

/** Names share what is around both. */
const inner = ({ x, y, width, height }: Rectangle) => ({
  x: x + TEXT_PADDING.x / 2,
  y: y + TEXT_PADDING.y / 2,
  width: width - TEXT_PADDING.x,
  height: height - TEXT_PADDING.y,
});

describe('placeLabels', () => {
  it('stands a lone pill in the middle of its edge', () => {
    expect(placeLabels([], [], [pill('a', 0, 0, 300, 0)], 1).edges.get('a')).toBe(0.5);
  });

  it('keeps the pills of crossing edges apart', () => {
    const crossing = [pill('a', 0, 0, 400, 200), pill('b', 0, 200, 400, 0)];
    const { edges } = placeLabels([], [], crossing, 1);
    const [a, b] = crossing.map((one) => pillRectangle(one, edges.get(one.id) ?? -1, 1));
    expect(edges.size).toBe(2);
    expect(a !== undefined && b !== undefined && overlaps(a, b)).toBe(false);
  });

  it('leaves out the less important of two pills that have room for one', () => {
    const { edges } = placeLabels(
      [],
      [],
      [pill('first', 0, 0, 90, 0), pill('last', 0, 0, 90, 0)],
      1,
    );
    expect([...edges.keys()]).toEqual(['first']);
  });

  it('leaves out a pill where nodes take all of its edge, unless it is looked at', () => {
    const edge = pill('a', 0, 0, 120, 0);
    const node = body('n', { x: -40, y: -30, width: 200, height: 60 });
    expect(placeLabels([node], [], [edge], 1).edges.size).toBe(0);
    expect(placeLabels([node], [], [{ ...edge, isForced: true }], 1).edges.size).toBe(1);
  });

  it('lets a pill stay where it stood while that place is free', () => {
    const edge = { ...pill('a', 0, 0, 400, 0), before: 0.66 };
    expect(placeLabels([], [], [edge], 1).edges.get('a')).toBe(0.66);
    const node = body('n', { x: 230, y: -30, width: 80, height: 60 });
    expect(placeLabels([node], [], [edge], 1).edges.get('a')).not.toBe(0.66);
  });

  it('writes a name at its next best place where another node stands at the best', () => {
    const below = { x: 0, y: 40, width: 60, height: 14 };
    const right = { x: 45, y: 10, width: 60, height: 14 };
    const own = body('a', { x: 10, y: 0, width: 36, height: 36 });
    const other = body('b', { x: 10, y: 42, width: 36, height: 36 });
    expect(placeLabels([own], [name('a', [below, right])], [], 1).nodes.get('a')).toBe(0);
    expect(placeLabels([own, other], [name('a', [below, right])], [], 1).nodes.get('a')).toBe(1);
  });

  it('moves a name that has other places so that one that has none finds room, and none covers another', () => {
    const shared = { x: 0, y: 0, width: 60, height: 14 };
    const beside = { x: 80, y: 0, width: 60, height: 14 };
    const { nodes } = placeLabels([], [name('a', [shared, beside]), name('b', [shared])], [], 1);
    expect(Object.fromEntries(nodes)).toEqual({ a: 1, b: 0 });
    const blocked = placeLabels(
      [body('n', beside)],
      [name('a', [shared, beside]), name('b', [shared])],
      [],
      1,
    );
    expect(Object.fromEntries(blocked.nodes)).toEqual({ a: 0 });
  });

  it('lets a name stay where it stood while that place is free, though a better one is free too', () => {
    const best = { x: 0, y: 0, width: 60, height: 14 };
    const stood = { x: 80, y: 0, width: 60, height: 14 };
    const again = { ...name('a', [best, stood]), before: 1 };
    expect(placeLabels([], [again], [], 1).nodes.get('a')).toBe(1);
    expect(placeLabels([body('n', stood)], [again], [], 1).nodes.get('a')).toBe(0);
  });

  it('never writes one name over another, whatever the drawing', () => {
    const point = fc.integer({ min: 0, max: 300 });
    const places = fc.array(fc.tuple(point, point), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(places, { maxLength: 40 }), (all) => {
        const names = all.map((spots, index) =>
          name(
            `n${index}`,
            spots.map(([x, y]) => ({ x, y, width: 60, height: 14 })),
          ),
        );
        const { nodes } = placeLabels([], names, [], 1);
        const drawn = names.flatMap(({ id, places: spots }) => spots[nodes.get(id) ?? -1] ?? []);
        return drawn.every((one, index) =>
          drawn.slice(index + 1).every((two) => !overlaps(inner(one), inner(two))),
        );
      }),
    );
  });

  it('keeps a name within the picture, and falls back to its short form rather than to none', () => {
    const left = { x: -50, y: 10, width: 60, height: 14 };
    const short = { x: 20, y: 10, width: 30, height: 14 };
    const bounds = { x: 0, y: 0, width: 200, height: 100 };
    expect(placeLabels([], [name('a', [left, short])], [], 1, bounds).nodes.get('a')).toBe(1);
    expect(placeLabels([], [name('a', [left])], [], 1, bounds).nodes.has('a')).toBe(false);
    expect(placeLabels([], [name('a', [left], true)], [], 1, bounds).nodes.get('a')).toBe(0);
  });

  it('never draws one label over another, whatever the drawing', () => {
    const point = fc.integer({ min: 0, max: 900 });
    const edges = fc.array(fc.tuple(point, point, point, point), { maxLength: 40 });
    fc.assert(
      fc.property(edges, fc.double({ min: 0.2, max: 2, noNaN: true }), (ends, zoom) => {
        const requests = ends.map(([x1, y1, x2, y2], index) => pill(`e${index}`, x1, y1, x2, y2));
        const { edges: placed } = placeLabels([], [], requests, zoom);
        const drawn = requests.flatMap((request) => {
          const stop = placed.get(request.id);
          return stop === undefined ? [] : [pillRectangle(request, stop, zoom)];
        });
        return drawn.every((one, index) =>
          drawn.slice(index + 1).every((two) => !overlaps(one, two)),
        );
      }),
    );
  });
});
