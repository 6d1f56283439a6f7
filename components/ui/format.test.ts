import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAge } from '@/components/ui/format-age';
import { formatBytesPerSecond } from '@/components/ui/format-bytes-per-second';
import { formatMilliseconds } from '@/components/ui/format-milliseconds';
import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import { formatSignificant } from '@/components/ui/format-significant';
import { formatSince } from '@/components/ui/format-since';
import { formatWindow } from '@/mesh/format-window';

describe('numbers keep three significant digits', () => {
  test.each([
    [0, '0'],
    [0.0004, '<0.001'],
    [0.04213, '0.0421'],
    [4.2149, '4.21'],
    [9.999, '10'],
    [42.15, '42.1'],
    [421.4, '421'],
    [999.6, '1,000'],
    [12345.6, '12,346'],
    [5, '5'],
    [100, '100'],
  ])('%s reads %s', (value, text) => {
    expect(formatSignificant(value)).toBe(text);
  });

  test('the text never differs from the value by more than half of its third digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (value) => {
        const read = Number(formatSignificant(value).replaceAll(',', ''));
        expect(Math.abs(read - value)).toBeLessThanOrEqual(value * 0.0051);
      }),
    );
  });
});

describe('unknown is an em dash and zero is zero', () => {
  test('in every unit', () => {
    expect([formatRate(null), formatRatio(null), formatMilliseconds(null)]).toEqual([
      '—',
      '—',
      '—',
    ]);
    expect(formatBytesPerSecond(null)).toBe('—');
    expect(formatRate(0)).toBe('0 rps');
    expect(formatRatio(0)).toBe('0 %');
    expect(formatBytesPerSecond(0)).toBe('0 B/s');
  });
});

describe('percent never rounds to an absolute', () => {
  test.each([
    [0.00004, '<0.01 %'],
    [0.0012, '0.12 %'],
    [0.125, '12.5 %'],
    [0.9999, '>99.9 %'],
    [0.999, '99.9 %'],
    [1, '100 %'],
  ])('%s reads %s', (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text);
  });
});

describe('time', () => {
  test.each([
    [0.42, '0.42 ms'],
    [12.34, '12.3 ms'],
    [1240, '1.24 s'],
    [125_000, '2 min 5 s'],
  ])('%s ms reads %s', (milliseconds, text) => {
    expect(formatMilliseconds(milliseconds)).toBe(text);
  });

  test.each([
    [-500, 'just now'],
    [12_900, '12 s'],
    [240_000, '4 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ])('an age of %s ms reads %s', (ageMs, text) => {
    expect(formatAge(ageMs)).toBe(text);
  });

  test('a time that has passed is told, and one that is just beginning or not known is left out', () => {
    expect([formatSince(60_000, 72_000), formatSince(60_000, 61_000)]).toEqual([' for 12 s', '']);
    expect([formatSince(null, 72_000), formatSince(60_000, null)]).toEqual(['', '']);
  });

  test('windows read in their largest whole unit', () => {
    expect([60, 300, 3600, 86_400, 90].map(formatWindow)).toEqual([
      '1 min',
      '5 min',
      '1 h',
      '1 d',
      '90 s',
    ]);
  });
});

test('throughput uses decimal units', () => {
  expect([12.34, 1240, 9_999_600].map(formatBytesPerSecond)).toEqual([
    '12.3 B/s',
    '1.24 kB/s',
    '10 MB/s',
  ]);
});
