import { describe, expect, test, vi } from 'vitest';
import { MOST_ANSWERS, perTopology, perTopologyBy } from '@/mesh/topology/per-topology';
import { indexTopology } from '@/mesh/topology/topology-index';
import { aTopology } from '@/mesh/testing/topology-builders';

describe('perTopology', () => {
  test('makes an answer once for each topology, also when it is undefined', () => {
    const make = vi.fn(() => undefined);
    const answer = perTopology(make);
    const [one, other] = [indexTopology(aTopology({})), indexTopology(aTopology({}))];
    answer(one);
    answer(one);
    answer(other);
    expect(make).toHaveBeenCalledTimes(2);
  });

  test('two questions never share an answer', () => {
    const index = indexTopology(aTopology({}));
    expect(perTopology(() => 'a')(index)).toBe('a');
    expect(perTopology(() => 'b')(index)).toBe('b');
  });
});

describe('perTopologyBy', () => {
  test('makes an answer once for each topology and key, also when it is undefined', () => {
    const make = vi.fn(() => undefined);
    const answer = perTopologyBy<string, undefined>(make);
    const [one, other] = [indexTopology(aTopology({})), indexTopology(aTopology({}))];
    for (const key of ['a', 'b', 'a']) answer(one, key);
    answer(other, 'a');
    expect(make.mock.calls).toEqual([
      [one, 'a'],
      [one, 'b'],
      [other, 'a'],
    ]);
  });

  test('forgets when there are more keys than a mesh has, and still answers', () => {
    const make = vi.fn((_: unknown, key: number) => key * 2);
    const answer = perTopologyBy(make);
    const index = indexTopology(aTopology({}));
    for (let key = 0; key <= MOST_ANSWERS; key += 1) answer(index, key);
    expect(answer(index, MOST_ANSWERS)).toBe(2 * MOST_ANSWERS);
    expect(make).toHaveBeenCalledTimes(MOST_ANSWERS + 1);
    expect(answer(index, 0)).toBe(0);
    expect(make).toHaveBeenCalledTimes(MOST_ANSWERS + 2);
  });
});
