'use client';

import { useEffect, useRef } from 'react';
import { eventId, nodeDataOf } from '@/components/graph/scene/element-data';
import { showNeighbourhood } from '@/components/graph/scene/highlight';
import type { GraphScene } from '@/components/graph/scene/graph-scene';
import type { Box } from '@/components/graph/fold/boxes';
import type { DrawnGraph } from '@/components/graph/fold/fold-graph';
import type { Selection } from '@/components/graph/selection';

/** What pointer events on the drawing lead to. */
export interface SceneEvents {
  readonly drawn: DrawnGraph;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onToggleBox: (boxId: string) => void;
}

const HOVER_DELAY_MS = 70;

/** Wires taps, hovering and moved nodes; the latest callbacks are used without wiring anew. */
export function useSceneEvents(scene: GraphScene | null, events: SceneEvents): void {
  const latest = useRef(events);
  useEffect(() => {
    latest.current = events;
  });
  useEffect(() => {
    if (scene === null) return undefined;
    const { cy } = scene;
    let hover: ReturnType<typeof setTimeout> | undefined;
    const lift = (id: string | null): void => {
      clearTimeout(hover);
      hover = setTimeout(() => {
        if (cy.destroyed()) return;
        showNeighbourhood(cy, id);
        scene.labels.placeSoon();
        scene.anchorOverlays();
      }, HOVER_DELAY_MS);
    };
    cy.on('tap', (event) => {
      if (event.target === cy) latest.current.onSelect(null);
    });
    cy.on('tap', 'node, edge', (event) => {
      latest.current.onSelect(selectionOf(eventId(event), latest.current.drawn));
    });
    cy.on('dbltap', 'node', (event) => {
      const id = eventId(event);
      if (nodeDataOf(cy.getElementById(id).nodes().first()).kind === 'box')
        latest.current.onToggleBox(id);
    });
    cy.on('mouseover', 'node, edge', (event) => lift(eventId(event)));
    cy.on('mouseout', 'node, edge', () => lift(null));
    cy.on('dragfree', 'node', (event) => scene.layout.nodesMoved([eventId(event)], null));
    return () => {
      clearTimeout(hover);
      if (!cy.destroyed()) cy.removeListener('tap dbltap mouseover mouseout dragfree');
    };
  }, [scene]);
}

/**
 * What a click on a drawn element selects. A folded namespace selects the namespace; an edge that stands for one edge
 * selects that edge, one that stands for several the namespace at its folded end.
 */
export function selectionOf(id: string, drawn: DrawnGraph): Selection | null {
  const folded = drawn.folded.find((entry) => entry.box.id === id);
  if (folded !== undefined) return ofBox(folded.box);
  const box = drawn.boxes.find((entry) => entry.id === id);
  if (box !== undefined) return ofBox(box);
  const edge = drawn.edges.find((entry) => entry.id === id);
  if (edge === undefined) return { kind: 'node', id };
  const [only] = edge.edges;
  if (edge.edges.length === 1 && only !== undefined) return { kind: 'edge', id: only.id };
  return selectionOf(
    drawn.folded.some((entry) => entry.box.id === edge.target) ? edge.target : edge.source,
    drawn,
  );
}

/** There is no panel of a cluster. */
function ofBox({ kind, namespace }: Box): Selection | null {
  return kind === 'cluster' ? null : { kind: 'namespace', id: namespace };
}
