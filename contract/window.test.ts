import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphQuerySchema } from '@/contract/graph';
import { parseQuery } from '@/contract/parse-query';
import { seriesQuerySchema } from '@/contract/series';
import { formatWindow, parseWindow } from '@/contract/window';

describe('windows', () => {
  test('every whole number of seconds up to 30 days survives writing and reading', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 * 86_400 }), (seconds) => {
        expect(parseWindow(formatWindow(seconds))).toBe(seconds);
      }),
    );
  });

  test.each(['', '0s', '60', '1y', '-5m', '1.5h', '31d', '5m ', '1h]) or vector(1'])(
    '%j is refused',
    (text) => {
      expect(parseWindow(text)).toBeNull();
    },
  );
});

describe('reading a query', () => {
  test('defaults are a minute, all namespaces and the workload view', () => {
    expect(parseQuery(graphQuerySchema, new URLSearchParams())).toEqual({
      ok: true,
      value: { windowSeconds: 60, namespaces: [], view: 'workload' },
    });
  });

  test('the same namespaces in another order are the same query', () => {
    const read = (text: string) => parseQuery(graphQuerySchema, new URLSearchParams(text));
    expect(read('namespaces=b,a,b')).toEqual(read('namespaces=a,b'));
  });

  test('every fault is named with its parameter', () => {
    const result = parseQuery(
      graphQuerySchema,
      new URLSearchParams('window=soon&namespaces=A&view=tree'),
    );
    expect(result.ok ? [] : result.error.map(({ path }) => path)).toEqual([
      'window',
      'namespaces',
      'view',
    ]);
  });

  test('a parameter given twice is refused rather than half ignored', () => {
    const result = parseQuery(graphQuerySchema, new URLSearchParams('window=60s&window=5m'));
    expect(result).toMatchObject({ ok: false, error: [{ path: 'window' }] });
  });

  test('a series needs exactly one of node and edge', () => {
    expect(parseQuery(seriesQuerySchema, new URLSearchParams('')).ok).toBe(false);
    expect(parseQuery(seriesQuerySchema, new URLSearchParams('node=a&edge=b')).ok).toBe(false);
    expect(parseQuery(seriesQuerySchema, new URLSearchParams('edge=b&window=1h'))).toEqual({
      ok: true,
      value: { element: { kind: 'edge', id: 'b' }, view: 'workload', windowSeconds: 3600 },
    });
  });
});
