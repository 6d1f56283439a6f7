import { describe, expect, it } from 'vitest';
import { edgeLabelText } from '@/components/graph/edge-label-text';
import { aggregateEdges } from '@/components/graph/fold/aggregate-edges';
import { boxesOf } from '@/components/graph/fold/boxes';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { toElements, type GraphElements } from '@/components/graph/to-elements';
import { bookinfoSample } from '@/tests/support/sample-graph';
import { httpRates, NO_RATES, sampleEdge, tcpRates } from '@/tests/support/sample-graph-parts';

const { graph, splits } = bookinfoSample();

function elementsOf(collapsed: readonly string[] = []): GraphElements {
  return toElements(foldGraph(graph, boxesOf(graph), new Set(collapsed)), splits, 'rps');
}

describe('toElements', () => {
  it('names every parent before its children', () => {
    const { nodes } = elementsOf();
    const seen = new Set<string>();
    for (const node of nodes) {
      if (node.parent !== null) expect(seen.has(node.parent)).toBe(true);
      seen.add(node.id);
    }
  });

  it('stands a version in its app box, that in its namespace, and nodes without namespace in none', () => {
    const parents = Object.fromEntries(elementsOf().nodes.map((node) => [node.id, node.parent]));
    expect(parents['versioned-app:bookinfo/reviews-v1']).toBe('app:bookinfo/reviews');
    expect(parents['app:bookinfo/reviews']).toBe('namespace:bookinfo');
    expect(parents['unknown:unknown']).toBeNull();
  });

  it('makes a card of a service whose traffic splits, large enough for the tallest rule', () => {
    const card = elementsOf().nodes.find((node) => node.id === 'service:bookinfo/reviews');
    expect(card?.role).toBe('card');
    expect(card?.height ?? 0).toBeGreaterThan(130);
  });

  it('makes no card where the splits are not known yet', () => {
    const drawn = foldGraph(graph, boxesOf(graph), new Set());
    const card = toElements(drawn, [], 'rps').nodes.find(
      (node) => node.id === 'service:bookinfo/reviews',
    );
    expect(card?.role).toBe('node');
  });

  it('draws more traffic thicker and nothing thinner than a hairline', () => {
    const widths = Object.fromEntries(elementsOf().edges.map((edge) => [edge.target, edge.width]));
    expect(widths['versioned-app:bookinfo/reviews-v1'] ?? 0).toBeGreaterThan(
      widths['versioned-app:bookinfo/reviews-v3'] ?? 9,
    );
    expect(Math.min(...Object.values(widths))).toBe(1);
  });

  it('lets nothing flow where nothing was measured or nothing flows', () => {
    const flows = Object.fromEntries(elementsOf().edges.map((edge) => [edge.target, edge.flow]));
    expect(flows['versioned-app:bookinfo/recommender-v1']).toBeNull();
    expect(flows['versioned-app:bookinfo/mongodb-v1'] ?? 0).toBeGreaterThan(0);
  });
});

describe('edgeLabelText', () => {
  const http = aggregateEdges([sampleEdge('a', 'b', httpRates(12.34, 0.01, 20), { share: 0.9 })]);
  const tcp = aggregateEdges([sampleEdge('a', 'b', tcpRates(42_000))]);
  const none = aggregateEdges([sampleEdge('a', 'b', NO_RATES)]);

  it('writes the figure that was asked for with its unit', () => {
    expect(edgeLabelText(http, 'rps', 'http')).toBe('12.3 rps');
    expect(edgeLabelText(http, 'share', 'http')).toBe('90 %');
    expect(edgeLabelText(http, 'p95', 'http')).toBe('68 ms');
    expect(edgeLabelText(http, 'none', 'http')).toBe('');
    expect(edgeLabelText(tcp, 'throughput', 'tcp')).toBe('42 kB/s');
  });

  it('writes bytes for the rate of a TCP edge', () => {
    expect(edgeLabelText(tcp, 'rps', 'tcp')).toBe('42 kB/s');
  });

  it('writes nothing, never a zero, where nothing was measured', () => {
    for (const label of ['rps', 'share', 'p95', 'throughput'] as const)
      expect(edgeLabelText(none, label, 'http')).toBe('');
  });
});
