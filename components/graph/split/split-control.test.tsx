import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SplitControl } from '@/components/graph/split/split-control';
import type { GraphScene } from '@/components/graph/scene/graph-scene';
import { SplitHandle } from '@/components/graph/split/split-handle';
import { sampleSplit } from '@/tests/support/sample-graph-parts';

const split = sampleSplit('bookinfo', 'reviews', [
  { label: 'v1', weight: 80, observedShare: 0.88 },
  { label: 'v2', weight: 15, observedShare: 0.1 },
  { label: 'v3', weight: 5, observedShare: 0.02 },
]);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function renderControl(over: Partial<Parameters<typeof SplitControl>[0]> = {}) {
  const onPreview = vi.fn();
  const onChosen = vi.fn();
  render(
    <SplitControl
      split={split}
      wanted={null}
      variant="compact"
      onPreview={onPreview}
      onChosen={onChosen}
      {...over}
    />,
  );
  const [first, second] = screen.getAllByRole('slider');
  if (first === undefined || second === undefined) throw new Error('two sliders expected');
  return { onPreview, onChosen, first, second };
}

/** A drawing at half its size, with one node. */
function sceneOf(nodesMoved: () => void) {
  const shift = vi.fn();
  const node = {
    shift,
    emit: vi.fn(),
    map: (to: (one: unknown) => unknown) => [to(node)],
    id: () => 'n',
  };
  const cy = {
    zoom: () => 0.5,
    batch: (run: () => void) => run(),
    getElementById: () => node,
    container: () => document.body,
  };
  return {
    scene: { cy, layout: { nodesMoved }, onView: () => () => undefined } as unknown as GraphScene,
    shift,
  };
}

describe('SplitControl by keyboard', () => {
  it('has a slider per boundary that says which shares it moves', () => {
    const { first, second } = renderControl();
    expect(first.getAttribute('aria-valuenow')).toBe('80');
    expect(first.getAttribute('aria-valuemax')).toBe('95');
    expect(first.getAttribute('aria-valuetext')).toBe('v1 80 percent, v2 15 percent');
    expect(second.getAttribute('aria-label')).toBe('Share of v2 against v3');
  });

  it('previews each step at once and chooses once, when the keys have settled', () => {
    const { first, onPreview, onChosen } = renderControl();
    fireEvent.keyDown(first, { key: 'ArrowLeft' });
    fireEvent.keyDown(first, { key: 'ArrowLeft', shiftKey: true });
    expect(onPreview.mock.calls).toEqual([[[79, 16, 5]], [[69, 26, 5]]]);
    expect(first.getAttribute('aria-valuenow')).toBe('69');
    expect(onChosen).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2000);
    expect(onChosen.mock.calls).toEqual([[[69, 26, 5]]]);
  });

  it('chooses at once on Enter and not again later', () => {
    const { second, onChosen } = renderControl();
    fireEvent.keyDown(second, { key: 'Home' });
    fireEvent.keyDown(second, { key: 'Enter' });
    vi.advanceTimersByTime(2000);
    expect(onChosen.mock.calls).toEqual([[[80, 0, 20]]]);
  });

  it('gives up on Escape and shows the configured weights again', () => {
    const { first, onPreview, onChosen } = renderControl();
    fireEvent.keyDown(first, { key: 'PageDown' });
    fireEvent.keyDown(first, { key: 'Escape' });
    vi.advanceTimersByTime(2000);
    expect(onPreview).toHaveBeenLastCalledWith(null);
    expect(onChosen).not.toHaveBeenCalled();
    expect(first.getAttribute('aria-valuenow')).toBe('80');
  });

  it('does not choose what ends where it began', () => {
    const { first, onChosen } = renderControl();
    fireEvent.keyDown(first, { key: 'ArrowLeft' });
    fireEvent.keyDown(first, { key: 'ArrowRight' });
    vi.advanceTimersByTime(2000);
    expect(onChosen).not.toHaveBeenCalled();
  });

  it('moves nothing while disabled', () => {
    const { first, onPreview } = renderControl({ disabled: true });
    fireEvent.keyDown(first, { key: 'ArrowLeft' });
    expect(onPreview).not.toHaveBeenCalled();
  });
});

describe('SplitControl by pointer', () => {
  it('follows the pointer in whole percents and chooses on release', () => {
    const { first, onPreview, onChosen } = renderControl();
    const bar = first.parentElement;
    if (bar === null) throw new Error('a bar expected');
    vi.spyOn(bar, 'getBoundingClientRect').mockReturnValue(new DOMRect(100, 0, 200, 18));
    first.setPointerCapture = vi.fn();
    fireEvent.pointerDown(first, { button: 0, clientX: 260, pointerId: 1 });
    fireEvent.pointerMove(first, { clientX: 200.7, pointerId: 1 });
    expect(onPreview).toHaveBeenLastCalledWith([50, 45, 5]);
    fireEvent.pointerUp(first, { pointerId: 1 });
    expect(onChosen.mock.calls).toEqual([[[50, 45, 5]]]);
  });
});

describe('SplitControl shows', () => {
  it('in words and with a sign that traffic does not follow yet', () => {
    renderControl();
    expect(screen.getByText('observed 88 / 10 / 2 %')).toBeDefined();
    expect(screen.getByText('≠')).toBeDefined();
  });

  it('wanted weights in place of the configured ones, as percents', () => {
    const { first } = renderControl({ wanted: [1, 1, 2] });
    expect(first.getAttribute('aria-valuetext')).toBe('v1 25 percent, v2 25 percent');
  });
});

describe('numeric fields', () => {
  it('send only whole percents that add up to 100', () => {
    const { onChosen } = renderControl({ variant: 'full' });
    fireEvent.change(screen.getByLabelText('Weight of v1 in percent'), { target: { value: '50' } });
    expect(screen.getByRole('button', { name: 'Review change' }).hasAttribute('disabled')).toBe(
      true,
    );
    expect(screen.getByText('Sum 70 %, must be 100 %')).toBeDefined();
    fireEvent.change(screen.getByLabelText('Weight of v2 in percent'), { target: { value: '45' } });
    fireEvent.click(screen.getByRole('button', { name: 'Review change' }));
    expect(onChosen.mock.calls).toEqual([[[50, 45, 5]]]);
  });
});

describe('SplitHandle with several rules', () => {
  it('starts at the rule that takes the rest and steps through the others with their matches', () => {
    const jason = sampleSplit(
      'bookinfo',
      'reviews',
      [
        { label: 'v2', weight: 100, observedShare: null },
        { label: 'v3', weight: 0, observedShare: null },
      ],
      {
        ruleIndex: 0,
        matches: ['header end-user = jason'],
      },
    );
    const rest = { ...split, id: 'rest', ruleIndex: 1 };
    const onSelectSplit = vi.fn();
    render(
      <SplitHandle
        scene={sceneOf(vi.fn()).scene}
        onSelectNode={vi.fn()}
        nodeId="n"
        label="reviews"
        splits={[jason, rest]}
        preview={null}
        selectedSplitId={null}
        onSelectSplit={onSelectSplit}
        onTry={vi.fn()}
        onChosen={vi.fn()}
      />,
    );
    expect(screen.getByText('2/2 · everything else')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Next rule' }));
    expect(screen.getByText('1/2 · header end-user = jason')).toBeDefined();
    expect(onSelectSplit).toHaveBeenCalledWith(jason);
  });

  it('the chip that covers a node from afar is its grip: a drag moves the node, a click opens the split', () => {
    const nodesMoved = vi.fn();
    const { scene, shift } = sceneOf(nodesMoved);
    const onSelectNode = vi.fn();
    render(
      <SplitHandle
        scene={scene}
        onSelectNode={onSelectNode}
        nodeId="n"
        label="reviews"
        splits={[split]}
        preview={null}
        selectedSplitId={null}
        onSelectSplit={vi.fn()}
        onTry={vi.fn()}
        onChosen={vi.fn()}
      />,
    );
    const chip = screen.getByRole('button', { name: /^Open the traffic split/ });
    chip.setPointerCapture = vi.fn();
    fireEvent.pointerDown(chip, { button: 0, clientX: 10, clientY: 10 });
    fireEvent.pointerMove(chip, { clientX: 50, clientY: 30 });
    fireEvent.pointerUp(chip);
    fireEvent.click(chip);
    expect(shift).toHaveBeenCalledWith({ x: 80, y: 40 });
    expect(nodesMoved).toHaveBeenCalledWith(['n'], null);
    expect(chip.getAttribute('aria-expanded')).toBe('false');
    fireEvent.pointerDown(chip, { button: 0, clientX: 50, clientY: 30 });
    fireEvent.pointerUp(chip);
    fireEvent.click(chip);
    expect(chip.getAttribute('aria-expanded')).toBe('true');
    fireEvent.click(screen.getByRole('button', { name: 'reviews' }));
    expect(onSelectNode).toHaveBeenCalledOnce();
  });
});
