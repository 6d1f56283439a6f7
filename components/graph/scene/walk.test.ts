import { describe, expect, it } from 'vitest';
import { nextStop } from '@/components/graph/scene/walk';
import { wheelFactor } from '@/components/graph/scene/wheel-zoom';

const stop = (id: string, x: number, y: number, isNeighbour = false) => ({ id, x, y, isNeighbour });
const here = { x: 0, y: 0 };

describe('nextStop', () => {
  it('goes to the nearest node in the direction of the arrow', () => {
    const stops = [
      stop('near', 100, 10),
      stop('far', 300, 0),
      stop('left', -50, 0),
      stop('below', 0, 90),
    ];
    expect(nextStop(here, stops, 'right')).toBe('near');
    expect(nextStop(here, stops, 'left')).toBe('left');
    expect(nextStop(here, stops, 'down')).toBe('below');
    expect(nextStop(here, stops, 'up')).toBeNull();
  });

  it('prefers a node that an edge leads to', () => {
    expect(nextStop(here, [stop('stranger', 100, 0), stop('callee', 220, 40, true)], 'right')).toBe(
      'callee',
    );
  });
});

describe('wheelFactor', () => {
  it('zooms in when the wheel turns up, out when it turns down, by the same amount', () => {
    const wheel = (deltaY: number, deltaMode = 0) =>
      wheelFactor({ deltaY, deltaMode, ctrlKey: false });
    expect(wheel(-100)).toBeGreaterThan(1.15);
    expect(wheel(-100) * wheel(100)).toBeCloseTo(1, 9);
    expect(wheel(-3, 1)).toBeCloseTo(wheel(-99), 9);
    expect(wheel(-100_000)).toBeLessThan(1.3);
  });
});
