import { describe, expect, it } from 'vitest';
import { boxesOf } from '@/components/graph/fold/boxes';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { layOut } from '@/components/graph/layout/lay-out';
import { gapsFor } from '@/components/graph/layout/inside-layout';
import { planLayout } from '@/components/graph/layout/layout-plan';
import { EMPTY_MEMORY, type LayoutMemory } from '@/components/graph/layout/layout-memory';
import { simpleLayered } from '@/components/graph/layout/simple-layered';
import { toElements } from '@/components/graph/to-elements';
import { sampleGraph } from '@/tests/support/sample-graph';
import { httpRates, sampleEdge, sampleNode } from '@/tests/support/sample-graph-parts';
import type { Graph } from '@/mesh/graph/graph';

const { graph, splits } = sampleGraph({ nodes: 40, namespaces: 3, seed: 5 });

async function place(of: Graph, memory: LayoutMemory, collapsed: readonly string[] = []) {
  const drawn = foldGraph(of, boxesOf(of), new Set(collapsed));
  const plan = planLayout(
    toElements(drawn, splits, 'rps'),
    new Set(Object.keys(memory.movedItems)),
    gapsFor(1000, 740),
  );
  let asked = 0;
  const result = await layOut(plan, memory, async (problem) => {
    asked += 1;
    return simpleLayered(problem);
  });
  return { ...result, asked };
}

describe('layOut', () => {
  it('places every node', async () => {
    const { positions, asked } = await place(graph, EMPTY_MEMORY);
    expect([...positions.keys()].sort()).toEqual(graph.nodes.map((node) => node.id).sort());
    expect(asked).toBe(3);
  });

  it('moves nothing and asks nothing when only traffic changes', async () => {
    const first = await place(graph, EMPTY_MEMORY);
    const busier = {
      ...graph,
      edges: graph.edges.map((edge) => ({ ...edge, rps: (edge.rps ?? 0) * 3 + 1 })),
    };
    const second = await place(busier, first.memory);
    expect(second.positions).toEqual(first.positions);
    expect(second.asked).toBe(0);
  });

  it('moves nothing when a folded namespace is hidden for a while and comes back', async () => {
    const folded = boxesOf(graph).map(({ id }) => id);
    const first = await place(graph, EMPTY_MEMORY, folded);
    const hidden = graph.nodes.filter((node) => `namespace:${node.namespace}` !== folded[1]);
    const kept = new Set(hidden.map(({ id }) => id));
    const edges = graph.edges.filter(({ source, target }) => kept.has(source) && kept.has(target));
    const without = await place({ ...graph, nodes: hidden, edges }, first.memory, folded);
    expect([...without.positions.keys()]).not.toContain(folded[1]);
    const back = await place(graph, without.memory, folded);
    expect(back.positions).toEqual(first.positions);
  });

  it('moves nothing when an edge between known nodes comes or goes', async () => {
    const first = await place(graph, EMPTY_MEMORY);
    const second = await place({ ...graph, edges: graph.edges.slice(3) }, first.memory);
    expect(second.positions).toEqual(first.positions);
  });

  it('places only what is new when a workload appears', async () => {
    const first = await place(graph, EMPTY_MEMORY);
    const node = sampleNode('workload', 'shop', 'newcomer');
    const caller = graph.nodes.find(
      (other) => other.namespace === 'shop' && other.kind === 'workload',
    );
    const edges = [...graph.edges, sampleEdge(caller?.id ?? '', node.id, httpRates(1, 0, 1))];
    const second = await place({ ...graph, nodes: [...graph.nodes, node], edges }, first.memory);
    const newcomer = second.positions.get(node.id);
    expect(newcomer).toBeDefined();
    for (const [id, point] of first.positions) {
      if (!id.includes(':shop/')) continue;
      expect(second.positions.get(id)).toEqual(point);
      expect(
        Math.hypot(point.x - (newcomer?.x ?? 0), point.y - (newcomer?.y ?? 0)),
      ).toBeGreaterThan(40);
    }
  });

  it('brings a node back to its place when it was away', async () => {
    const first = await place(graph, EMPTY_MEMORY);
    const [gone] = graph.nodes;
    const without = {
      ...graph,
      nodes: graph.nodes.slice(1),
      edges: graph.edges.filter((edge) => edge.source !== gone?.id && edge.target !== gone?.id),
    };
    const second = await place(without, first.memory);
    const third = await place(graph, second.memory);
    expect(third.positions.get(gone?.id ?? '')).toEqual(first.positions.get(gone?.id ?? ''));
  });

  it('keeps a node that the user moved, through folding and opening', async () => {
    const first = await place(graph, EMPTY_MEMORY);
    const [node] = graph.nodes;
    const id = node?.id ?? '';
    const moved = { ...first.memory, movedNodes: { [id]: { x: 700, y: -300 } } };
    const second = await place(graph, moved);
    const folded = await place(graph, second.memory, ['namespace:shop']);
    const reopened = await place(graph, folded.memory);
    expect(folded.positions.has(id)).toBe(false);
    const origin = reopened.memory.origins['namespace:shop'] ?? { x: 0, y: 0 };
    expect(reopened.positions.get(id)).toEqual({ x: origin.x + 700, y: origin.y - 300 });
  });

  it('keeps a namespace that the user moved when others fold', async () => {
    const first = await place(graph, EMPTY_MEMORY);
    const moved = { ...first.memory, movedItems: { 'namespace:search': { x: 4000, y: 4000 } } };
    const second = await place(graph, moved);
    const third = await place(graph, second.memory, ['namespace:shop']);
    const inSearch = graph.nodes.filter((node) => node.namespace === 'search');
    for (const { id } of inSearch)
      expect(third.positions.get(id)).toEqual(second.positions.get(id));
  });
});
