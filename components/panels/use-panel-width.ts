import { useLocalStorage } from '@mantine/hooks';
import type { KeyboardEvent, PointerEvent } from 'react';

const NARROWEST = 300;
const WIDEST = 640;
const STEP = 24;

/** The side panel's width in pixels, remembered in this browser, and the properties of the handle that changes it. */
export function usePanelWidth() {
  const [width, setWidth] = useLocalStorage({ key: 'fanari-panel-width', defaultValue: 336 });
  const set = (wanted: number) =>
    setWidth(Math.min(WIDEST, Math.max(NARROWEST, Math.round(wanted))));
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const { currentTarget, pointerId } = event;
    currentTarget.setPointerCapture(pointerId);
    const onMove = (move: globalThis.PointerEvent) => set(window.innerWidth - move.clientX);
    const onUp = () => {
      currentTarget.removeEventListener('pointermove', onMove);
      currentTarget.removeEventListener('pointerup', onUp);
    };
    currentTarget.addEventListener('pointermove', onMove);
    currentTarget.addEventListener('pointerup', onUp);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'ArrowLeft') set(width + STEP);
    if (event.key === 'ArrowRight') set(width - STEP);
  };
  return {
    width,
    handle: {
      role: 'separator',
      tabIndex: 0,
      'aria-orientation': 'vertical',
      'aria-label': 'Width of the panel',
      'aria-valuenow': width,
      'aria-valuemin': NARROWEST,
      'aria-valuemax': WIDEST,
      onPointerDown,
      onKeyDown,
    },
  } as const;
}
