import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PrometheusClient } from '@/server/adapters/prometheus/client';
import { condition, equals, oneOf } from '@/server/adapters/prometheus/label-matcher';
import { seriesQueries, telemetryQueries } from '@/server/adapters/prometheus/queries';
import { parseSettings, toEnvironment } from '@/server/config';
import { ok } from '@/mesh/result';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { silentObserver } from '@/tests/support/silent-observer';

/** The matchers of each selector in a query, as written. Fails on anything that is no PromQL. */
function selectorsOf(query: string): readonly (readonly string[])[] {
  const selectors: string[][] = [];
  parser.parse(query).iterate({
    enter: ({ type, name, from, to }) => {
      expect(type.isError, query).toBe(false);
      if (name === 'VectorSelector') selectors.push([]);
      if (name === 'UnquotedLabelMatcher' || name === 'QuotedLabelMatcher')
        selectors.at(-1)?.push(query.slice(from, to));
    },
  });
  return selectors;
}

const scope = {
  context: [equals('destination_workload', 'web')],
  ends: [oneOf('source_workload', ['a', 'b'])],
  waypointHosts: ['api.shop.svc'],
};

function everyQuery(everywhere: Parameters<typeof telemetryQueries>[1]): readonly string[] {
  return [
    ...Object.values(telemetryQueries(60, everywhere)),
    ...Object.values(seriesQueries(scope, 60, everywhere)),
    ...Object.values(seriesQueries({ ...scope, waypointHosts: [] }, 60, everywhere)),
  ];
}

const label = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
  .filter((name) => name !== '__name__');
const operator = fc.constantFrom('=', '!=', '=~', '!~' as const);
const scopeLabel = fc.record({ label, operator, value: fc.string({ unit: 'binary' }) });

describe('a scope that was set', () => {
  test('stands in every selector of every query, and is nothing but matchers', () => {
    const plain = everyQuery([]).map((query) => selectorsOf(query).length);
    expect(Math.min(...plain)).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.array(scopeLabel, { minLength: 1, maxLength: 3 }), (labels) => {
        const everywhere = labels.map((entry) =>
          condition(entry.label, entry.operator, entry.value),
        );
        const queries = everyQuery(everywhere);
        for (const [index, query] of queries.entries()) {
          const selectors = selectorsOf(query);
          expect(selectors).toHaveLength(plain[index] ?? -1);
          for (const matchers of selectors)
            expect(matchers).toEqual(expect.arrayContaining(everywhere));
        }
      }),
      { numRuns: 15 },
    );
  });

  test('stands in every look-up of labels', async () => {
    const asked: URLSearchParams[] = [];
    const endpoint = {
      call: async ({ parameters }: { readonly parameters: URLSearchParams }) => {
        asked.push(parameters);
        return Promise.resolve(ok({ status: 200, text: '{"status":"success","data":[]}' }));
      },
    } as unknown as HttpEndpoint;
    const everywhere = [condition('cluster', '=', 'prod"} or up{a="')];
    const client = new PrometheusClient(endpoint, silentObserver, everywhere);
    const series = [
      { metric: 'a', matchers: [equals('reporter', 'source')] },
      { metric: 'b', matchers: [] },
    ];
    await client.labelValues('le', series, new AbortController().signal);
    const matches = asked.flatMap((parameters) => parameters.getAll('match[]'));
    expect(matches).toHaveLength(2);
    for (const match of matches) {
      expect(selectorsOf(match)).toEqual([expect.arrayContaining(everywhere)]);
    }
  });

  test('is read from its setting as it was meant, and handed on unchanged', () => {
    const parsed = (text: string) => {
      const result = parseSettings(['--prometheus-scope', text], {});
      if (!result.ok) return null;
      const again = parseSettings([], toEnvironment(result.value));
      expect(again.ok && again.value.prometheusScope).toEqual(result.value.prometheusScope);
      return result.value.prometheusScope;
    };
    const cluster = { label: 'cluster', operator: '=', value: 'prod' };
    expect(parsed('cluster=prod')).toEqual([cluster]);
    expect(parsed('{cluster="prod", env=~"live|a,b",x!="\\"}"}')).toEqual([
      cluster,
      { label: 'env', operator: '=~', value: 'live|a,b' },
      { label: 'x', operator: '!=', value: '"}' },
    ]);
    for (const wrong of ['cluster', 'cluster="prod', '1a=b', '__name__="up"', 'a=b} or up'])
      expect(parsed(wrong), wrong).toBeNull();
    fc.assert(
      fc.property(fc.array(scopeLabel), (labels) => {
        const text = labels
          .map((entry) => `${entry.label}${entry.operator}${JSON.stringify(entry.value)}`)
          .join(',');
        if (text !== '') expect(parsed(text)).toEqual(labels);
      }),
    );
  });
});
