import { useLayoutEffect, useRef, type RefObject } from 'react';
import { openedPlace } from '@/components/graph/split/opened-place';
import type { Rectangle } from '@/components/graph/layout/point';
import type { GraphScene } from '@/components/graph/scene/graph-scene';

const MARGIN_PIXELS = 8;

/**
 * Keeps what a chip opens within the view: above the chip where there is no room below (`data-side`), and as far aside as
 * it must be (`--aside`, in its own pixels). The answer goes to the element, anew with every change of the view and of
 * `content`, by which it may grow.
 */
export function useOpenedWithin(
  scene: GraphScene,
  isOpen: boolean,
  content: string,
): RefObject<HTMLDivElement | null> {
  const opened = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = opened.current;
    if (!isOpen || element === null) return undefined;
    const place = (): void => putWithin(scene, element);
    place();
    const unfollow = scene.onView(place);
    return () => {
      unfollow();
      putBack(element);
    };
  }, [scene, isOpen, content]);
  return opened;
}

function putWithin(scene: GraphScene, element: HTMLElement): void {
  const view = scene.cy.container()?.getBoundingClientRect();
  const anchor = element.parentElement?.getBoundingClientRect();
  if (view === undefined || anchor === undefined) return;
  putBack(element);
  const frame = element.getBoundingClientRect();
  const scale = frame.width / element.offsetWidth || 1;
  const { side, aside } = openedPlace(frame, anchor, within(view));
  element.dataset['side'] = side;
  element.style.setProperty('--aside', `${aside / scale}px`);
}

function putBack(element: HTMLElement): void {
  delete element.dataset['side'];
  element.style.removeProperty('--aside');
}

function within(view: DOMRect): Rectangle {
  return {
    x: view.x + MARGIN_PIXELS,
    y: view.y + MARGIN_PIXELS,
    width: view.width - 2 * MARGIN_PIXELS,
    height: view.height - 2 * MARGIN_PIXELS,
  };
}
