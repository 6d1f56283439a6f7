import { describe, expect, it } from 'vitest';
import { erlangLoss } from '@/demo/traffic/flow/erlang-loss';

describe('erlangLoss', () => {
  it.each([
    // Published tables of Erlang B.
    [1, 1, 0.5],
    [2, 1, 0.6667],
    [1, 2, 0.2],
    [10, 10, 0.2146],
    [20, 10, 0.538],
  ])('offered %d with room for %d: %d', (offered, limit, expected) => {
    expect(erlangLoss(offered, limit)).toBeCloseTo(expected, 4);
  });

  it('refuses nobody while the limit is far away or nothing is offered', () => {
    expect(erlangLoss(1, 1000)).toBe(0);
    expect(erlangLoss(0, 1)).toBe(0);
  });
});
