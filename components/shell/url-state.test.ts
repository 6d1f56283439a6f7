import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import type { UrlState } from '@/components/shell/url-state';
import {
  buildUrlQuery,
  DEFAULT_URL_STATE,
  parseUrlState,
  windowSeconds,
} from '@/components/shell/url-state';

const anyState: fc.Arbitrary<UrlState> = fc.record({
  namespaces: fc
    .uniqueArray(fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/), { maxLength: 4 })
    .map((names) => names.sort()),
  cluster: fc.option(fc.string({ minLength: 1, maxLength: 60 })),
  view: fc.constantFrom('workload', 'app', 'versioned-app', 'service'),
  window: fc.constantFrom('60s', '5m', '1h', '7d'),
  label: fc.constantFrom('rps', 'share', 'p95', 'throughput', 'none'),
  shape: fc.constantFrom('graph', 'table'),
  find: fc.string({ maxLength: 40 }),
  hide: fc.string({ maxLength: 40 }),
  animate: fc.boolean(),
  paused: fc.boolean(),
  selection: fc.option(
    fc.record({
      kind: fc.constantFrom('node', 'edge', 'namespace', 'split'),
      id: fc.string({ minLength: 1, maxLength: 60 }),
    }),
  ),
  collapsed: fc.option(
    fc
      .uniqueArray(
        fc.constantFrom('namespace:shop', 'app:shop/cart', 'namespace:a-b', 'cluster:a%2Fb%2Cc'),
      )
      .map((ids) => ids.sort()),
  ),
  table: fc.record({
    rows: fc.constantFrom('nodes', 'edges', null),
    text: fc.string({ maxLength: 40 }),
    sort: fc.record({
      column: fc.constantFrom('health', 'name', 'rps', 'mtls'),
      isDescending: fc.boolean(),
    }),
  }),
  edgeList: fc.record({
    verdicts: fc.subarray([...VERDICTS_WORST_FIRST]),
    text: fc.string({ maxLength: 40 }),
    pair: fc.option(
      fc.record({
        source: fc.option(fc.constantFrom('shop', 'a-b')),
        target: fc.option(fc.constantFrom('shop', 'a-b')),
      }),
    ),
    sort: fc.record({
      column: fc.constantFrom('source', 'target', 'verdict', 'observed', 'rate'),
      isDescending: fc.boolean(),
    }),
    page: fc.nat(999),
  }),
});

test('a link gives back exactly the state that it was made from', () => {
  fc.assert(
    fc.property(anyState, (state) => {
      expect(parseUrlState(new URLSearchParams(buildUrlQuery(state)))).toEqual(state);
    }),
  );
});

test('a bare address is the default state and the default state a bare address', () => {
  expect(parseUrlState(new URLSearchParams(''))).toEqual(DEFAULT_URL_STATE);
  expect(buildUrlQuery(DEFAULT_URL_STATE)).toBe('');
});

test('any query string gives a usable state', () => {
  fc.assert(
    fc.property(fc.webQueryParameters(), (query) => {
      const state = parseUrlState(new URLSearchParams(query));
      expect(windowSeconds(state.window)).toBeGreaterThan(0);
    }),
  );
});

test('unknown values fall back one by one and leave the others alone', () => {
  const query =
    'view=pods&window=1x&label=smell&show=pie&namespaces=b,A!,a,b&select=planet.x&find=db&verdicts=odd&sort=luck.desc&page=-1&pair=A&rows=pods&table-sort=luck.desc';
  expect(parseUrlState(new URLSearchParams(query))).toEqual({
    ...DEFAULT_URL_STATE,
    namespaces: ['a', 'b'],
    find: 'db',
  });
});

test('ids are readable in the address', () => {
  const selection = { kind: 'edge', id: 'workload:a/b>service:a/c>http' } as const;
  expect(buildUrlQuery({ ...DEFAULT_URL_STATE, selection })).toBe(
    'select=edge.workload:a/b%3Eservice:a/c%3Ehttp',
  );
});

test('windows are read in seconds', () => {
  expect(['60s', '5m', '1h', '30d', '0s', 'x'].map(windowSeconds)).toEqual([
    60,
    300,
    3600,
    2_592_000,
    null,
    null,
  ]);
});
