import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxesOf } from '@/components/graph/fold/boxes';
import { defaultCollapsed } from '@/components/graph/fold/default-collapsed';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { bookinfoSample, sampleGraph } from '@/tests/support/sample-graph';

describe('foldGraph', () => {
  const { graph } = bookinfoSample();
  const boxes = boxesOf(graph);

  it('draws everything as it is while nothing is folded', () => {
    const drawn = foldGraph(graph, boxes, new Set());
    expect(drawn.nodes).toHaveLength(graph.nodes.length);
    expect(drawn.edges.map((edge) => edge.id).sort()).toEqual(
      graph.edges.map((edge) => edge.id).sort(),
    );
    expect(drawn.folded).toEqual([]);
  });

  it('puts one node in place of a folded namespace and keeps only edges that cross its border', () => {
    const drawn = foldGraph(graph, boxes, new Set(['namespace:bookinfo']));
    expect(drawn.nodes.map((node) => node.namespace)).not.toContain('bookinfo');
    expect(drawn.folded.map((entry) => [entry.box.id, entry.nodes.length, entry.health])).toEqual([
      ['namespace:bookinfo', 10, 'failing'],
    ]);
    expect(drawn.boxes.map((box) => box.id)).toEqual([
      'namespace:istio-ingress',
      'namespace:legacy',
    ]);
    expect(drawn.edges.map((edge) => edge.id).sort()).toEqual([
      'gateway:istio-ingress/istio-ingressgateway>namespace:bookinfo>http',
      'namespace:bookinfo>passthrough:PassthroughCluster>http',
      'unknown:unknown>gateway:istio-ingress/istio-ingressgateway>http',
      'workload:legacy/cron-report>namespace:bookinfo>http',
    ]);
  });

  it('folds an app inside its open namespace, and not again when the namespace is folded too', () => {
    const app = 'app:bookinfo/reviews';
    expect(foldGraph(graph, boxes, new Set([app])).folded.map((entry) => entry.box.id)).toEqual([
      app,
    ]);
    expect(
      foldGraph(graph, boxes, new Set([app, 'namespace:bookinfo'])).folded.map(
        (entry) => entry.box.id,
      ),
    ).toEqual(['namespace:bookinfo']);
  });

  it('never draws an edge without both ends, whatever is folded', () => {
    const sample = sampleGraph({ nodes: 60, namespaces: 5, seed: 3 }).graph;
    const all = boxesOf(sample);
    fc.assert(
      fc.property(fc.subarray(all.map((box) => box.id)), (collapsed) => {
        const drawn = foldGraph(sample, all, new Set(collapsed));
        const ids = new Set([
          ...drawn.nodes.map((node) => node.id),
          ...drawn.folded.map((entry) => entry.box.id),
        ]);
        for (const edge of drawn.edges)
          expect(ids.has(edge.source) && ids.has(edge.target)).toBe(true);
        expect(new Set(drawn.edges.map((edge) => edge.id)).size).toBe(drawn.edges.length);
      }),
    );
  });
});

describe('defaultCollapsed', () => {
  it('leaves small graphs open and folds the namespaces of large ones', () => {
    const small = sampleGraph({ nodes: 100 }).graph;
    const large = sampleGraph({ nodes: 200 }).graph;
    expect(defaultCollapsed(small)).toEqual([]);
    expect(defaultCollapsed(large)).toHaveLength(10);
  });

  it('does not fold a lone namespace into a single node', () => {
    const graph = sampleGraph({ nodes: 200, namespaces: 1 }).graph;
    expect(defaultCollapsed(graph)).toEqual([]);
  });
});
