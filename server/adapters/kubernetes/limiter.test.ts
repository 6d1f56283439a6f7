import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Limiter } from '@/server/adapters/kubernetes/limiter';

test('no more than so many run at once, all run in turn, and one that fails gives its place up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.record({ turns: fc.integer({ min: 1, max: 4 }), fails: fc.boolean() }), {
        maxLength: 20,
      }),
      async (atOnce, pieces) => {
        const limiter = new Limiter(atOnce);
        const begun: number[] = [];
        let running = 0;
        let most = 0;
        const ended = await Promise.allSettled(
          pieces.map(async ({ turns, fails }, index) =>
            limiter.run(async () => {
              begun.push(index);
              running += 1;
              most = Math.max(most, running);
              for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
              running -= 1;
              if (fails) throw new Error('failed');
            }),
          ),
        );
        expect(most).toBe(Math.min(atOnce, pieces.length));
        expect(begun).toEqual(pieces.map((_, index) => index));
        expect(ended.map(({ status }) => status === 'rejected')).toEqual(
          pieces.map(({ fails }) => fails),
        );
      },
    ),
  );
});
