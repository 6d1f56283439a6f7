import { describe, expect, it } from 'vitest';
import { curvePath } from '@/components/graph/curve';
import {
  labelRectangle,
  placeLabels,
  type LabelRequest,
} from '@/components/graph/overlay/place-labels';
import { laneDensity, MAX_PARTICLES } from '@/components/graph/overlay/traffic-particles';
import { overlaps } from '@/components/graph/layout/point';

const end = (x: number, y: number) => ({ x, y, width: 42, height: 42 });
const request = (id: string, x1: number, y1: number, x2: number, y2: number): LabelRequest => ({
  id,
  path: curvePath(end(x1, y1), end(x2, y2)),
  width: 70,
  height: 20,
});

describe('placeLabels', () => {
  it('stands a lone label in the middle of its edge', () => {
    expect(placeLabels([request('a', 0, 0, 300, 0)], []).get('a')).toEqual({
      t: 0.5,
      isCrowded: false,
    });
  });

  it('keeps the labels of crossing edges apart', () => {
    const crossing = [request('a', 0, 0, 400, 200), request('b', 0, 200, 400, 0)];
    const places = placeLabels(crossing, []);
    const [a, b] = crossing.map((entry) => labelRectangle(entry, places.get(entry.id)?.t ?? 0.5));
    expect(a !== undefined && b !== undefined && overlaps(a, b)).toBe(false);
  });

  it('keeps a label off a node that stands in the middle', () => {
    const edge = request('a', 0, 0, 600, 0);
    const node = { x: 270, y: -30, width: 60, height: 60 };
    expect(
      overlaps(labelRectangle(edge, placeLabels([edge], [node]).get('a')?.t ?? 0.5), node),
    ).toBe(false);
  });

  it('says that a label has no room when nodes take all of its edge', () => {
    const edge = request('a', 0, 0, 120, 0);
    const node = { x: -40, y: -30, width: 200, height: 60 };
    expect(placeLabels([edge], [node]).get('a')?.isCrowded).toBe(true);
  });
});

describe('laneDensity', () => {
  it('sends more and faster particles where more flows, and few enough on any edge', () => {
    const slow = laneDensity(0.1, 200);
    const fast = laneDensity(500, 200);
    expect(fast.count).toBeGreaterThan(slow.count);
    expect(fast.speed).toBeGreaterThan(slow.speed);
    expect(laneDensity(1e9, 1e5).count).toBeLessThan(MAX_PARTICLES / 10);
  });
});
