'use client';

import { useState, type KeyboardEvent } from 'react';
import type { NodeSingular } from 'cytoscape';
import { fitView, revealNode, zoomView } from '@/components/graph/scene/view-commands';
import { nextStop, type Direction, type WalkStop } from '@/components/graph/scene/walk';
import { selectionOf } from '@/components/graph/use-scene-events';
import type { GraphScene } from '@/components/graph/scene/graph-scene';
import type { DrawnGraph } from '@/components/graph/fold/fold-graph';
import type { Selection } from '@/components/graph/selection';

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

interface KeyActions {
  readonly drawn: DrawnGraph;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onToggleBox: (boxId: string) => void;
}

/** Walking the graph by keyboard: the node that has the keyboard's attention, and what to do on a key. */
export function useGraphKeys(
  scene: GraphScene | null,
  actions: KeyActions,
): {
  readonly focusedId: string | null;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly leave: () => void;
} {
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const focus = (id: string | null): void => {
    setFocusedId(id);
    if (scene === null) return;
    scene.cy.elements('.focused').removeClass('focused');
    if (id === null) return;
    scene.cy.getElementById(id).addClass('focused');
    revealNode(scene.cy, id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (
      scene === null ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.target !== event.currentTarget
    )
      return;
    const direction = ARROWS[event.key];
    if (direction !== undefined) focus(walk(scene, focusedId, direction) ?? focusedId);
    else if (!command(event.key)) return;
    event.preventDefault();
  };
  const command = (key: string): boolean => {
    if (scene === null) return false;
    switch (key) {
      case 'Enter':
        if (focusedId !== null) actions.onSelect(selectionOf(focusedId, actions.drawn));
        return focusedId !== null;
      case ' ':
        return toggleAt(focusedId);
      case 'Escape':
        focus(null);
        actions.onSelect(null);
        return true;
      case '+':
      case '=':
        zoomView(scene.cy, 1.25);
        return true;
      case '-':
        zoomView(scene.cy, 0.8);
        return true;
      case '0':
      case 'f':
        fitView(scene.cy, true);
        return true;
      default:
        return false;
    }
  };
  const toggleAt = (id: string | null): boolean => {
    if (id === null || scene === null) return false;
    const node = scene.cy.getElementById(id);
    const box = node.data('role') === 'folded' ? node : node.parent();
    if (box.empty()) return false;
    actions.onToggleBox(box.first().id());
    return true;
  };
  return {
    focusedId,
    onKeyDown,
    leave: () => scene?.cy.elements('.focused').removeClass('focused'),
  };
}

function walk(scene: GraphScene, from: string | null, direction: Direction): string | null {
  const { cy } = scene;
  const nodes = cy
    .nodes()
    .toArray()
    .filter((node) => !node.isParent() && !node.hasClass('unplaced'));
  const here = nodes.find((node) => node.id() === from);
  if (here === undefined) return leftmost(nodes);
  const neighbours = new Set(
    here
      .neighborhood()
      .nodes()
      .map((node) => node.id()),
  );
  const stops: WalkStop[] = nodes
    .filter((node) => node !== here)
    .map((node) => ({ id: node.id(), ...node.position(), isNeighbour: neighbours.has(node.id()) }));
  return nextStop(here.position(), stops, direction);
}

function leftmost(nodes: readonly NodeSingular[]): string | null {
  const [first] = [...nodes].sort(
    (a, b) => a.position().x - b.position().x || a.position().y - b.position().y,
  );
  return first?.id() ?? null;
}
