import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SmallMap } from '@/mesh/telemetry/small-map';

describe('SmallMap', () => {
  test('holds what a Map holds after any sets and deletes', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.tuple(fc.boolean(), key, fc.option(fc.nat(), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const small = new SmallMap<string, number | undefined>();
        const map = new Map<string, number | undefined>();
        for (const [isDelete, name, value] of steps) {
          if (isDelete) {
            small.delete(name);
            map.delete(name);
          } else {
            small.set(name, value);
            map.set(name, value);
          }
          expect(small.size).toBe(map.size);
          expect([...small.keys()].sort()).toEqual([...map.keys()].sort());
          expect(small.values().map(String).sort()).toEqual([...map.values()].map(String).sort());
          for (const one of 'abcde') {
            expect(small.get(one)).toBe(map.get(one));
            expect(small.has(one)).toBe(map.has(one));
          }
        }
      }),
    );
  });
});
