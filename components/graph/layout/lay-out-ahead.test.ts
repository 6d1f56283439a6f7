import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { boxesOf } from '@/components/graph/fold/boxes';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { gapsFor, structureKey } from '@/components/graph/layout/inside-layout';
import { layOutAhead, type AskElk } from '@/components/graph/layout/lay-out-ahead';
import { planLayout } from '@/components/graph/layout/layout-plan';
import { toElements } from '@/components/graph/to-elements';
import { sampleGraph } from '@/tests/support/sample-graph';

const { graph, splits } = sampleGraph({ nodes: 40, namespaces: 3, seed: 5 });

const elk = new ELK({ algorithms: ['layered'] });
const ask: AskElk = (problem) => elk.layout(problem);

describe('layOutAhead', () => {
  it('knows exactly what a browser with a window of usual shape will ask', async () => {
    const drawn = foldGraph(graph, boxesOf(graph), new Set());
    const plan = planLayout(toElements(drawn, splits, 'rps'), new Set(), gapsFor(1040, 760));
    const asked = plan.items.filter(
      ({ kind, problem }) => kind === 'namespace' && problem.nodes.length > 1,
    );
    const insides = await layOutAhead(graph, splits, [], ask);
    expect(Object.keys(insides).sort()).toEqual(
      asked.map(({ problem }) => structureKey(problem)).sort(),
    );
    for (const { problem } of asked) {
      const inside = insides[structureKey(problem)] ?? {};
      expect(Object.keys(inside).sort()).toEqual(problem.nodes.map(({ id }) => id).sort());
    }
  });

  it('leaves to the browser what ELK does not answer, and asks again next time', async () => {
    const other = sampleGraph({ nodes: 20, namespaces: 2, seed: 9 });
    const silent: AskElk = () => Promise.resolve(null);
    expect(await layOutAhead(other.graph, other.splits, [], silent)).toEqual({});
    expect(await layOutAhead(other.graph, other.splits, [], ask)).not.toEqual({});
  });

  it('leaves a large namespace to the browser, so that the page does not wait for it', async () => {
    const large = sampleGraph({ nodes: 120, namespaces: 1, seed: 2 });
    expect(await layOutAhead(large.graph, large.splits, [], ask)).toEqual({});
  });
});
