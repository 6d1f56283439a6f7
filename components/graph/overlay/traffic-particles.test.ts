import { describe, expect, it } from 'vitest';
import { laneDensity, MAX_PARTICLES } from '@/components/graph/overlay/traffic-particles';

describe('laneDensity', () => {
  it('sends more and faster particles where more flows, and few enough on any edge', () => {
    const slow = laneDensity(0.1, 200);
    const fast = laneDensity(500, 200);
    expect(fast.count).toBeGreaterThan(slow.count);
    expect(fast.speed).toBeGreaterThan(slow.speed);
    expect(laneDensity(1e9, 1e5).count).toBeLessThan(MAX_PARTICLES / 10);
  });
});
