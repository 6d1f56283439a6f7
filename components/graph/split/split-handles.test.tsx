import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { boxesOf } from '@/components/graph/fold/boxes';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { SplitHandles } from '@/components/graph/split/split-handles';
import type { GraphScene } from '@/components/graph/scene/graph-scene';
import { sampleGraph } from '@/tests/support/sample-graph';
import { httpRates, sampleEdge, sampleNode, sampleSplit } from '@/tests/support/sample-graph-parts';

afterEach(cleanup);

function splitOf(name: string, weight: number) {
  return sampleSplit('shop', name, [
    { label: 'v1', weight, observedShare: weight / 100 },
    { label: 'v2', weight: 100 - weight, observedShare: 1 - weight / 100 },
  ]);
}

const cart = splitOf('cart', 90);
const first = { ...splitOf('stock', 70), id: 'VirtualService/shop/stock/spec/http/0' };
const last = { ...splitOf('stock', 60), id: 'VirtualService/shop/stock/spec/http/1' };

function drawing() {
  const services = [
    sampleNode('service', 'shop', 'cart', { splits: [cart.id] }),
    sampleNode('service', 'shop', 'stock', { splits: [first.id, last.id] }),
  ];
  const versions = ['v1', 'v2'].map((version) =>
    sampleNode('workload', 'shop', `cart-${version}`, { app: 'cart', version }),
  );
  const edges = versions.map((node, index) =>
    sampleEdge(services[0]?.id ?? '', node.id, httpRates(index === 0 ? 18 : 2, 0, 5)),
  );
  const graph = { ...sampleGraph({ nodes: 2 }).graph, nodes: [...services, ...versions], edges };
  return foldGraph(graph, boxesOf(graph), new Set());
}

function setUp() {
  const show = vi.fn();
  const scene = { predictions: { show }, anchorOverlays: vi.fn() } as unknown as GraphScene;
  const props = {
    scene,
    splits: [cart, first, last],
    preview: null,
    selection: null,
    onSelect: vi.fn(),
    onWeightsChosen: vi.fn(),
  };
  const { rerender } = render(<SplitHandles {...props} drawn={drawing()} />);
  const texts = (): readonly string[] => {
    const latest = show.mock.lastCall?.[0] as ReadonlyMap<string, string> | null | undefined;
    return [...(latest?.values() ?? [])];
  };
  return { props, rerender, texts };
}

it('keeps the prediction of a drag when a new graph arrives in between, until it is given up', () => {
  const { props, rerender, texts } = setUp();
  const slider = within(screen.getByTestId(`split-${cart.id}`)).getByRole('slider');
  fireEvent.keyDown(slider, { key: 'PageDown' });
  expect(texts()[0]).toContain('80 %');
  rerender(<SplitHandles {...props} drawn={drawing()} />);
  expect(texts()[0]).toContain('80 %');
  fireEvent.keyDown(slider, { key: 'Escape' });
  expect(texts()).toEqual([]);
});

it('shows what is under review on its own card, and leaves the rules of other cards as they were', () => {
  const { props, rerender, texts } = setUp();
  expect(screen.queryByTestId(`split-${last.id}`)).not.toBeNull();
  const preview = { splitId: cart.id, wanted: [50, 50] };
  rerender(<SplitHandles {...props} drawn={drawing()} preview={preview} />);
  expect(texts()[0]).toContain('50 %');
  expect(screen.queryByTestId(`split-${last.id}`)).not.toBeNull();
  expect(screen.queryByTestId(`split-${first.id}`)).toBeNull();
});
