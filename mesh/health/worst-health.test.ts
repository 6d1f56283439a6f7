import { expect, it } from 'vitest';
import { worstStatus } from '@/mesh/health/worst-health';

it('is failing if anything fails, healthy if some is and the rest is idle, unknown for nothing', () => {
  expect(worstStatus(['idle', 'failing', 'healthy'])).toBe('failing');
  expect(worstStatus(['idle', 'healthy', 'unknown'])).toBe('healthy');
  expect(worstStatus(['idle', 'idle'])).toBe('idle');
  expect(worstStatus([])).toBe('unknown');
});
