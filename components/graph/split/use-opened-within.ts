import { useLayoutEffect, useRef, type RefObject } from 'react';
import type { GraphScene } from '@/components/graph/scene/graph-scene';

const MARGIN_PIXELS = 8;

/**
 * Keeps what a chip opens within the view: above the chip where there is no room below (`data-side`), and as far aside as
 * it must be (`--aside`, in its own pixels). The answer goes to the element.
 */
export function useOpenedWithin(
  scene: GraphScene,
  isOpen: boolean,
): RefObject<HTMLDivElement | null> {
  const opened = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = opened.current;
    if (!isOpen || element === null) return undefined;
    const view = scene.cy.container()?.getBoundingClientRect();
    if (view === undefined) return undefined;
    const frame = element.getBoundingClientRect();
    const scale = frame.width / element.offsetWidth || 1;
    const isBelowView = frame.bottom > view.bottom - MARGIN_PIXELS;
    element.dataset['side'] = isBelowView ? 'above' : 'below';
    const missing = {
      left: view.left + MARGIN_PIXELS - frame.left,
      right: frame.right - view.right + MARGIN_PIXELS,
    };
    const aside = missing.left > 0 ? missing.left : -Math.max(0, missing.right);
    element.style.setProperty('--aside', `${aside / scale}px`);
    return () => {
      delete element.dataset['side'];
      element.style.removeProperty('--aside');
    };
  }, [scene, isOpen]);
  return opened;
}
