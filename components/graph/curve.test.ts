import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curvePath, pointOnPath, toCurve, type CurveEnd } from '@/components/graph/curve';

const end = (x: number, y: number): CurveEnd => ({ x, y, width: 42, height: 42 });
const place = fc.integer({ min: -3000, max: 3000 });

describe('curvePath', () => {
  it('leaves at the right and arrives at the left when the target lies to the right', () => {
    const path = curvePath(end(0, 0), end(300, 100));
    expect(path.from).toEqual({ x: 21, y: 0 });
    expect(path.to).toEqual({ x: 279, y: 100 });
    expect(path.control1.y).toBe(path.from.y);
    expect(path.control2.y).toBe(path.to.y);
  });

  it('starts and ends on the path that the animation follows', () => {
    fc.assert(
      fc.property(place, place, place, place, (x1, y1, x2, y2) => {
        const path = curvePath(end(x1, y1), end(x2, y2));
        expect(pointOnPath(path, 0)).toEqual(path.from);
        expect(pointOnPath(path, 1).x).toBeCloseTo(path.to.x, 6);
      }),
    );
  });

  it('keeps edges between the same nodes apart, also the one that runs back', () => {
    const [a, b] = [end(0, 0), end(300, 0)];
    const middles = [curvePath(a, b, -0.5), curvePath(a, b, 0.5), curvePath(b, a)].map(
      (path) => pointOnPath(path, 0.5).y,
    );
    expect(new Set(middles.map(Math.round)).size).toBe(3);
  });
});

describe('toCurve', () => {
  it('describes the same control points in Cytoscape’s terms', () => {
    fc.assert(
      fc.property(place, place, place, place, (x1, y1, x2, y2) => {
        const [source, target] = [end(x1, y1), end(x2, y2)];
        const length = Math.hypot(x2 - x1, y2 - y1);
        fc.pre(length >= 1);
        const path = curvePath(source, target);
        const { weights, distances } = toCurve(path, source, target);
        const unit = { x: (x2 - x1) / length, y: (y2 - y1) / length };
        [path.control1, path.control2].forEach((control, index) => {
          const weight = weights[index] ?? Number.NaN;
          const distance = distances[index] ?? Number.NaN;
          expect(x1 * (1 - weight) + x2 * weight - unit.y * distance).toBeCloseTo(control.x, 3);
          expect(y1 * (1 - weight) + y2 * weight + unit.x * distance).toBeCloseTo(control.y, 3);
        });
      }),
    );
  });
});
