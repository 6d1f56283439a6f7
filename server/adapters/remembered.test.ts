import { expect, test } from 'vitest';
import { Remembered } from '@/server/adapters/remembered';

function counter(forMs: number) {
  const clock = { nowMs: 0 };
  let asked = 0;
  const remembered = new Remembered(
    async () => {
      asked += 1;
      await Promise.resolve();
      if (asked === 2) throw new Error('the second fails');
      return asked;
    },
    forMs,
    () => clock.nowMs,
  );
  return { clock, remembered };
}

test('viewers who ask at once share one question, and its answer for a while', async () => {
  const { clock, remembered } = counter(10);
  expect(await Promise.all([remembered.get(), remembered.get()])).toEqual([1, 1]);
  clock.nowMs = 9;
  expect(await remembered.get()).toBe(1);
});

test('a question that failed is asked again by the next', async () => {
  const { clock, remembered } = counter(10);
  await remembered.get();
  clock.nowMs = 10;
  await expect(remembered.get()).rejects.toThrow('the second fails');
  expect(await remembered.get()).toBe(3);
});
