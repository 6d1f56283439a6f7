import cytoscape from 'cytoscape';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSceneLayout } from '@/components/graph/scene/scene-layout';
import { syncElements } from '@/components/graph/scene/sync-elements';
import { fitView } from '@/components/graph/scene/view-commands';
import type { GraphElements, NodeData } from '@/components/graph/to-elements';

vi.mock('@/components/graph/scene/view-commands', () => ({ fitView: vi.fn() }));

const node = (id: string): NodeData => ({
  id,
  parent: null,
  role: 'node',
  kind: 'workload',
  label: id,
  name: id,
  health: 'healthy',
  badges: '',
  exists: true,
  width: 42,
  height: 42,
  outerWidth: 90,
  labelHeight: 21,
});
const nodes = (...ids: string[]): GraphElements => ({ nodes: ids.map(node), edges: [] });

beforeEach(() => {
  vi.useFakeTimers();
  vi.mocked(fitView).mockClear();
});
afterEach(() => vi.useRealTimers());

function start() {
  const cy = cytoscape({ headless: true, styleEnabled: true });
  const layout = createSceneLayout(cy, () => undefined);
  const busy: boolean[] = [];
  layout.onBusy((isBusy) => busy.push(isBusy));
  const show = async (elements: GraphElements): Promise<void> => {
    syncElements(cy, elements);
    layout.request(elements);
    await vi.advanceTimersByTimeAsync(20);
  };
  return { cy, layout, busy, show };
}

test('every layout says that it has begun and that it stands, not only the first', async () => {
  const { layout, busy, show } = start();
  await show(nodes('a', 'b'));
  expect(busy).toEqual([true, false]);
  await show(nodes('a', 'b', 'c'));
  expect(busy).toEqual([true, false, true, false]);
  layout.stop();
});

test('a view that is to be fitted is fitted also when the graph changes before its glide has ended', async () => {
  const { cy, layout, show } = start();
  await show(nodes('a', 'b'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(fitView).toHaveBeenCalledTimes(1);

  // Another view, in which the same nodes have other places to glide to.
  cy.nodes().shift({ x: 500, y: 500 });
  layout.useMemory('another');
  await show(nodes('a', 'b'));
  await show(nodes('a', 'b', 'c'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(fitView).toHaveBeenCalledTimes(2);

  // What only comes in addition leaves the view where it is.
  await show(nodes('a', 'b', 'c', 'd'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(fitView).toHaveBeenCalledTimes(2);
  layout.stop();
});
