import { describe, expect, it } from 'vitest';
import { boxesOf } from '@/components/graph/fold/boxes';
import { describeElement } from '@/components/graph/describe-element';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { selectionOf } from '@/components/graph/use-scene-events';
import { bookinfoSample } from '@/tests/support/sample-graph';

const { graph } = bookinfoSample();
const open = foldGraph(graph, boxesOf(graph), new Set());
const folded = foldGraph(graph, boxesOf(graph), new Set(['namespace:bookinfo']));

describe('selectionOf', () => {
  it('selects nodes, edges and, by their boxes, namespaces', () => {
    const [edge] = graph.edges;
    expect(selectionOf('service:bookinfo/reviews', open)).toEqual({
      kind: 'node',
      id: 'service:bookinfo/reviews',
    });
    expect(selectionOf(edge?.id ?? '', open)).toEqual({ kind: 'edge', id: edge?.id });
    expect(selectionOf('namespace:bookinfo', open)).toEqual({ kind: 'namespace', id: 'bookinfo' });
    expect(selectionOf('app:bookinfo/reviews', open)).toEqual({
      kind: 'namespace',
      id: 'bookinfo',
    });
    expect(selectionOf('namespace:bookinfo', folded)).toEqual({
      kind: 'namespace',
      id: 'bookinfo',
    });
  });

  it('selects the true edge behind one that is drawn between folded ends', () => {
    const drawn = folded.edges.find((entry) => entry.id.startsWith('gateway:'));
    expect(selectionOf(drawn?.id ?? '', folded)).toEqual({
      kind: 'edge',
      id: 'gateway:istio-ingress/istio-ingressgateway>versioned-app:bookinfo/productpage-v1>http',
    });
  });
});

describe('describeElement', () => {
  it('says what a node is, how it is and where its edges lead', () => {
    expect(describeElement(open, 'service:bookinfo/reviews')).toBe(
      'reviews, service in bookinfo, healthy, 50.1 rps in, 0 % errors, splits traffic, edges: 1 in, 3 out',
    );
    expect(describeElement(folded, 'namespace:bookinfo')).toBe(
      'bookinfo, folded namespace of 10 nodes, failing, edges: 2 in, 1 out',
    );
    expect(describeElement(open, 'gone')).toBeNull();
  });

  it('never says a rate that was not measured', () => {
    expect(describeElement(open, 'workload:legacy/cron-report')).toContain('no request rate');
  });
});
