import { useRef, type PointerEvent } from 'react';
import type { NodeCollection } from 'cytoscape';
import type { GraphScene } from '@/components/graph/scene/graph-scene';

/** Handlers by which an element over the drawing moves nodes, and whether the click that follows only ended a drag. */
export interface DragOnPlane {
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
  };
  /** Asked in `onClick`; the answer is given once. */
  readonly endedDrag: () => boolean;
}

const DRAG_FROM_PIXELS = 4;

/** Lets an element that stands over the drawing (a title, a chip) be the grip of the nodes that it covers. */
export function useDragOnPlane(
  scene: GraphScene,
  nodes: () => NodeCollection,
  onMoved: (nodeIds: readonly string[]) => void,
): DragOnPlane {
  const held = useRef<{ x: number; y: number; isDragged: boolean } | null>(null);
  const wasDragged = useRef(false);
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const from = held.current;
    if (from === null) return;
    const shift = { x: event.clientX - from.x, y: event.clientY - from.y };
    if (!from.isDragged && Math.hypot(shift.x, shift.y) < DRAG_FROM_PIXELS) return;
    held.current = { x: event.clientX, y: event.clientY, isDragged: true };
    const zoom = scene.cy.zoom();
    scene.cy.batch(() => {
      nodes().shift({ x: shift.x / zoom, y: shift.y / zoom });
    });
  };
  const release = (): void => {
    wasDragged.current = held.current?.isDragged ?? false;
    held.current = null;
    if (wasDragged.current) onMoved(nodes().map((node) => node.id()));
  };
  return {
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        wasDragged.current = false;
        held.current = { x: event.clientX, y: event.clientY, isDragged: false };
      },
      onPointerMove,
      onPointerUp: release,
      onPointerCancel: release,
    },
    endedDrag: () => {
      const ended = wasDragged.current;
      wasDragged.current = false;
      return ended;
    },
  };
}
