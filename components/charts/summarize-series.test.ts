import { expect, test } from 'vitest';
import { summarizeSeries } from '@/components/charts/summarize-series';
import { formatRate } from '@/components/ui/format-rate';

test('a chart is told as its range and latest value, and what is missing is said', () => {
  expect(summarizeSeries([1, null, 3, 2], formatRate)).toBe(
    'From 1 rps to 3 rps, latest 2 rps. Not measured at 1 of 4 points.',
  );
});

test('a series without measurements is not told as zero', () => {
  expect(summarizeSeries([null, null], formatRate)).toBe('Nothing was measured in this range.');
});
