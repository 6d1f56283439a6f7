import { describe, expect, test } from 'vitest';
import { filterEdges, OPEN_VERDICTS, sortEdges } from '@/components/mtls/edge-list';
import type { EdgeFilter } from '@/components/mtls/edge-list';
import type { MtlsEdge, MtlsVerdict } from '@/mesh/mtls/mtls';

function edge(
  from: string | null,
  to: string,
  verdict: MtlsVerdict,
  rps: number | null,
  observedRatio: number | null = null,
): MtlsEdge {
  const end = (at: string | null) => {
    const [namespace = null, label = 'unknown'] = at === null ? [] : at.split('/');
    return { id: at ?? 'unknown', label, namespace };
  };
  return {
    id: `${from ?? ''}>${to}>http`,
    source: end(from),
    target: end(to),
    protocol: 'http',
    rps,
    mtls: {
      verdict,
      reason: 'The server is PERMISSIVE',
      server: {
        mode: 'PERMISSIVE',
        decidedBy: {
          group: 'security.istio.io',
          kind: 'PeerAuthentication',
          namespace: 'shop',
          name: 'lenient',
        },
        at: 'spec.mtls.mode',
      },
      client: null,
      configured: null,
      observedRatio,
      observedPerSecond: observedRatio === null ? null : 1,
      clientIdentities: null,
      serverIdentities: null,
    },
  };
}

const edges = [
  edge('web/front', 'shop/api', 'encrypted', 9, 1),
  edge(null, 'shop/api', 'plaintext', 2, 0),
  edge('web/front', 'shop/cart', 'plaintext', 5, 0),
  edge('web/front', 'legacy/batch', 'unknown', null),
  edge('legacy/batch', 'shop/cart', 'broken', 1),
];
const all: EdgeFilter = { verdicts: [], text: '', pair: null };
const ids = (list: readonly MtlsEdge[]) => list.map(({ id }) => id);

describe('filterEdges', () => {
  test('the open edges are all but the encrypted ones, the unknown among them', () => {
    expect(filterEdges(edges, { ...all, verdicts: OPEN_VERDICTS })).toHaveLength(4);
  });

  test('every word must occur, in ends, reason or deciding object', () => {
    expect(filterEdges(edges, { ...all, text: 'FRONT cart' })).toEqual([edges[2]]);
    expect(filterEdges(edges, { ...all, text: 'shop/lenient' })).toHaveLength(5);
    expect(filterEdges(edges, { ...all, text: 'outside' })).toEqual([edges[1]]);
    expect(filterEdges(edges, { ...all, text: 'nothing of this' })).toEqual([]);
  });

  test('a cell of the matrix lists its own edges, the outside too', () => {
    expect(filterEdges(edges, { ...all, pair: { source: null, target: 'shop' } })).toEqual([
      edges[1],
    ]);
  });
});

describe('sortEdges', () => {
  test('the worst verdict comes first, and of one verdict the busiest edge', () => {
    const sorted = sortEdges(edges, { column: 'verdict', isDescending: false });
    expect(sorted.map(({ mtls, rps }) => [mtls.verdict, rps])).toEqual([
      ['broken', 1],
      ['plaintext', 5],
      ['plaintext', 2],
      ['unknown', null],
      ['encrypted', 9],
    ]);
  });

  test('an unknown figure comes last in either direction, and zero is a figure', () => {
    const rates = (isDescending: boolean) =>
      sortEdges(edges, { column: 'rate', isDescending }).map(({ rps }) => rps);
    expect(rates(false)).toEqual([1, 2, 5, 9, null]);
    expect(rates(true)).toEqual([9, 5, 2, 1, null]);
    const observed = sortEdges(edges, { column: 'observed', isDescending: false });
    expect(observed.map(({ mtls }) => mtls.observedRatio)).toEqual([0, 0, 1, null, null]);
  });

  test('nothing is lost', () => {
    for (const column of ['source', 'target', 'verdict', 'observed', 'rate'] as const) {
      expect(ids(sortEdges(edges, { column, isDescending: true })).sort()).toEqual(
        ids(edges).sort(),
      );
    }
  });
});
