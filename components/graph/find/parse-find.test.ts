import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMatches, hideMatches } from '@/components/graph/find/hide-matches';
import { parseFind } from '@/components/graph/find/parse-find';
import { bookinfoSample } from '@/tests/support/sample-graph';

const { graph } = bookinfoSample();

function found(text: string): readonly string[] {
  const parsed = parseFind(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return [...(findMatches(graph, parsed.value) ?? [])].sort();
}

function fault(text: string): string {
  const parsed = parseFind(text);
  return parsed.ok ? 'none' : `${parsed.error.at}: ${parsed.error.message}`;
}

describe('parseFind and matching', () => {
  it('finds by part of a name, also with a bare word and with quotes', () => {
    expect(found('name ~ REVIEWS')).toHaveLength(4);
    expect(found('reviews')).toEqual(found('name ~ reviews'));
    expect(found('name = "reviews v2"')).toEqual(['versioned-app:bookinfo/reviews-v2']);
  });

  it('finds by namespace, kind and badge', () => {
    expect(found('ns = legacy')).toEqual(['workload:legacy/cron-report']);
    expect(found('kind = gateway')).toEqual(['gateway:istio-ingress/istio-ingressgateway']);
    expect(found('badge = missing-proxy')).toEqual(['workload:legacy/cron-report']);
  });

  it('compares numbers with units, on nodes and edges alike', () => {
    const failing = [
      'service:bookinfo/reviews>versioned-app:bookinfo/reviews-v3>http',
      'versioned-app:bookinfo/reviews-v3',
    ];
    expect(found('errors > 1%')).toEqual(failing);
    expect(found('errors > 1')).toEqual(failing);
    expect(found('p95 > 0.25s')).toEqual(found('p95 > 250ms'));
    expect(found('share >= 88 %')).toEqual(found('share >= 88'));
    expect(found('protocol = tcp and throughput > 40kB')).toHaveLength(1);
  });

  it('finds edges by their encryption', () => {
    expect(found('mtls = plaintext')).toEqual([
      'unknown:unknown>gateway:istio-ingress/istio-ingressgateway>http',
    ]);
    expect(found('mtls != encrypted')).toHaveLength(6);
  });

  it('lets and bind tighter than or, takes a missing operator for and, and honours parentheses', () => {
    expect(found('ns = legacy or ns = bookinfo and kind = service')).toHaveLength(2);
    expect(found('(ns = legacy or ns = bookinfo) and kind = service')).toEqual([
      'service:bookinfo/reviews',
    ]);
    expect(found('ns = bookinfo kind = service')).toEqual(['service:bookinfo/reviews']);
    expect(found('ns = legacy || ns = bookinfo && kind = service')).toHaveLength(2);
  });

  it('negates', () => {
    expect(found('! healthy and ns = bookinfo')).toEqual(found('not healthy and ns = bookinfo'));
    expect(found('! healthy and ns = bookinfo')).toContain('versioned-app:bookinfo/reviews-v3');
    expect(found('! healthy and ns = bookinfo')).not.toContain('versioned-app:bookinfo/details-v1');
  });

  it('never matches what is not measured, neither way', () => {
    const id = 'workload:legacy/cron-report';
    expect(found('rps >= 0')).not.toContain(id);
    expect(found('! rps >= 0')).not.toContain(id);
  });

  it('looks for nothing when empty', () => {
    expect(parseFind('   ')).toEqual({ ok: true, value: null });
    expect(findMatches(graph, null)).toBeNull();
  });

  it.each([
    ['(ns = a', '7: Expected a closing parenthesis'],
    ['ns =', '4: Expected a value after “=”'],
    ['color = red', '0: There is no field “color”'],
    ['rps ~ 5', '4: “rps” is a number: compare it with = != > < >= <='],
    ['rps > fast', '6: “fast” is no value for “rps”'],
    ['ns > a', '3: “ns” is text: compare it with = != ~ !~'.replace('“ns”', '“namespace”')],
    ['a and', '5: Expected a field or a word'],
    ['a )', '2: “)” is not expected here'],
    ['name = "x', '7: This quote is not closed'],
    [`${'('.repeat(80)}a`, '50: This is nested too deep'],
  ])('says where and why it cannot read %j', (text, expected) => {
    expect(fault(text)).toBe(expected);
  });

  it('answers every text without throwing', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            'a',
            'ns',
            'rps',
            ' ',
            '=',
            '!',
            '(',
            ')',
            '~',
            '>',
            '1',
            '%',
            '"',
            'and',
            '&',
            '|',
          ),
        }),
        (text) => {
          expect(typeof parseFind(text).ok).toBe('boolean');
        },
      ),
    );
  });
});

describe('hideMatches', () => {
  it('takes away matches and every edge that lost an end', () => {
    const parsed = parseFind('idle or mtls = partly or kind = unknown');
    const rest = hideMatches(graph, parsed.ok ? parsed.value : null);
    const ids = new Set(rest.nodes.map((node) => node.id));
    expect(ids.has('versioned-app:bookinfo/recommender-v1')).toBe(false);
    expect(rest.edges.every((edge) => ids.has(edge.source) && ids.has(edge.target))).toBe(true);
    expect(rest.edges.some((edge) => edge.mtls.verdict === 'partly')).toBe(false);
    expect(graph.edges.length - rest.edges.length).toBe(3);
  });
});
