import { describe, expect, it } from 'vitest';
import { boxesOf } from '@/components/graph/fold/boxes';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { predictedEdges } from '@/components/graph/split/predicted-edges';
import { sampleGraph } from '@/tests/support/sample-graph';
import { httpRates, sampleEdge, sampleNode, sampleSplit } from '@/tests/support/sample-graph-parts';

function shopOf(observed: readonly (number | null)[]) {
  const split = sampleSplit('shop', 'cart', [
    { label: 'v1', weight: 90, observedShare: observed[0] ?? null },
    { label: 'v2', weight: 10, observedShare: observed[1] ?? null },
  ]);
  const service = sampleNode('service', 'shop', 'cart', { splits: [split.id] });
  const versions = ['v1', 'v2'].map((version) =>
    sampleNode('workload', 'shop', `cart-${version}`, { app: 'cart', version }),
  );
  const edges = versions.map((node, index) =>
    sampleEdge(service.id, node.id, httpRates(20 * (observed[index] ?? 0.5), 0, 5)),
  );
  const { graph } = sampleGraph({ nodes: 2 });
  const own = { ...graph, nodes: [service, ...versions], edges };
  const drawn = foldGraph(own, boxesOf(own), new Set());
  return { split, edges: drawn.edges, nodeById: new Map(own.nodes.map((node) => [node.id, node])) };
}

describe('predictedEdges', () => {
  it('moves the rule’s own traffic between the edges and keeps its sum', () => {
    const { split, edges, nodeById } = shopOf([0.9, 0.1]);
    expect([...predictedEdges(split, [50, 50], edges, nodeById).values()]).toEqual([
      '50 % · 10 rps',
      '50 % · 10 rps',
    ]);
    expect([...predictedEdges(split, [25, 75], edges, nodeById).values()]).toEqual([
      '25 % · 5 rps',
      '75 % · 15 rps',
    ]);
  });

  it('shows shares alone when the rule’s traffic is not known', () => {
    const { split, edges, nodeById } = shopOf([null, null]);
    expect([...predictedEdges(split, [50, 50], edges, nodeById).values()]).toEqual([
      '50 %',
      '50 %',
    ]);
  });

  it('leaves out edges that no destination leads to', () => {
    const { split, edges, nodeById } = shopOf([0.9, 0.1]);
    const elsewhere = {
      ...split,
      destinations: split.destinations.map((entry) => ({ ...entry, workloads: ['other/x'] })),
    };
    expect(predictedEdges(elsewhere, [50, 50], edges, nodeById).size).toBe(0);
  });
});
