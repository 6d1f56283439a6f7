import { expect, test } from 'vitest';
import { ofCluster } from '@/components/panels/of-cluster';
import { boxesOf } from '@/components/graph/fold/boxes';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { gapsFor } from '@/components/graph/layout/inside-layout';
import { EMPTY_MEMORY } from '@/components/graph/layout/layout-memory';
import { layOut } from '@/components/graph/layout/lay-out';
import { planLayout } from '@/components/graph/layout/layout-plan';
import { simpleLayered } from '@/components/graph/layout/simple-layered';
import { toElements } from '@/components/graph/to-elements';
import { buildGraph } from '@/mesh/graph/build-graph';
import { aRequest, aSnapshot } from '@/mesh/testing/telemetry-builders';
import { aService, aTopologyOf, aWorkload } from '@/mesh/testing/topology-builders';

const contents = {
  services: [aService('shop', 'api')],
  workloads: ['web', 'api-v1', 'api-v2'].map((name) => aWorkload('shop', name)),
};
const graph = buildGraph({
  topology: aTopologyOf({ east: contents, 'a/b@c': contents }),
  telemetry: aSnapshot({
    requests: [aRequest('source', 'shop/web@east', 'shop/api-v1@east', 'api.shop', 1)],
  }),
  view: 'workload',
  namespaces: [],
  gaps: [],
  splits: [],
});

test('a cluster alone is drawn with what it calls, and nothing else of others', () => {
  const { nodes, edges } = ofCluster(graph, 'east');
  expect(nodes.map(({ cluster }) => cluster)).not.toContain('a/b@c');
  expect(nodes.map(({ id }) => id)).toContain('service:shop/api');
  expect(edges).toHaveLength(2);
  expect(ofCluster(graph, null)).toBe(graph);
});

test('namespaces stand in the frame of their cluster, and what is of several in none', () => {
  const boxes = boxesOf(graph);
  expect(boxes.map(({ id, parent }) => [id, parent])).toEqual([
    ['cluster:a%2Fb%40c', null],
    ['cluster:east', null],
    ['namespace:shop', null],
    ['namespace:shop@a%2Fb%40c', 'cluster:a%2Fb%40c'],
    ['namespace:shop@east', 'cluster:east'],
  ]);
});

test('a folded cluster hides its namespaces', () => {
  const drawn = foldGraph(graph, boxesOf(graph), new Set(['cluster:east', 'namespace:shop@east']));
  expect(drawn.folded.map(({ box }) => box.id)).toEqual(['cluster:east']);
  expect(drawn.boxes.map(({ id }) => id)).not.toContain('namespace:shop@east');
  expect(drawn.nodes.some(({ cluster }) => cluster === 'east')).toBe(false);
});

test('frames of clusters do not overlap', async () => {
  const elements = toElements(foldGraph(graph, boxesOf(graph), new Set()), [], 'none');
  const plan = planLayout(elements, new Set(), gapsFor(1000, 740));
  const { positions } = await layOut(plan, EMPTY_MEMORY, async (problem) =>
    Promise.resolve(simpleLayered(problem)),
  );
  const extent = (cluster: string) => {
    const own = graph.nodes.filter((node) => node.cluster === cluster);
    const points = own.flatMap(({ id }) => positions.get(id) ?? []);
    expect(points).toHaveLength(own.length);
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
    return {
      left: Math.min(...xs),
      right: Math.max(...xs),
      top: Math.min(...ys),
      bottom: Math.max(...ys),
    };
  };
  const [east, other] = [extent('east'), extent('a/b@c')];
  const isApart =
    east.right < other.left ||
    other.right < east.left ||
    east.bottom < other.top ||
    other.bottom < east.top;
  expect(isApart).toBe(true);
});
