import { describe, expect, it } from 'vitest';
import { boxesOf } from '@/components/graph/fold/boxes';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { gapsFor, structureKey } from '@/components/graph/layout/inside-layout';
import { layOutAhead } from '@/components/graph/layout/lay-out-ahead';
import { planLayout } from '@/components/graph/layout/layout-plan';
import { toElements } from '@/components/graph/to-elements';
import { sampleGraph } from '@/tests/support/sample-graph';

const { graph, splits } = sampleGraph({ nodes: 40, namespaces: 3, seed: 5 });

describe('layOutAhead', () => {
  it('knows exactly what a browser with a window of usual shape will ask', async () => {
    const drawn = foldGraph(graph, boxesOf(graph), new Set());
    const plan = planLayout(toElements(drawn, splits, 'rps'), new Set(), gapsFor(1040, 760));
    const asked = plan.items.filter(
      ({ kind, problem }) => kind === 'namespace' && problem.nodes.length > 1,
    );
    const insides = await layOutAhead(graph, splits, []);
    expect(Object.keys(insides).sort()).toEqual(
      asked.map(({ problem }) => structureKey(problem)).sort(),
    );
    for (const { problem } of asked) {
      const inside = insides[structureKey(problem)] ?? {};
      expect(Object.keys(inside).sort()).toEqual(problem.nodes.map(({ id }) => id).sort());
    }
  });

  it('leaves a large namespace to the browser, so that the server does not stand still', async () => {
    const large = sampleGraph({ nodes: 120, namespaces: 1, seed: 2 });
    expect(await layOutAhead(large.graph, large.splits, [])).toEqual({});
  });
});
