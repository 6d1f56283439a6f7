import { useEffect, useState } from 'react';
import type { RefObject } from 'react';

/** The slice of a long list that is in sight, with the heights of what is left out above and below. */
export interface VisibleRows {
  readonly first: number;
  readonly last: number;
  readonly aboveHeight: number;
  readonly belowHeight: number;
}

const ALL_UP_TO = 200;
const OVERSCAN = 12;

/** Which of `count` rows of `rowHeight` pixels to draw inside the scrolled element; all of them up to 200. */
export function useVisibleRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): VisibleRows {
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const read = () => setView({ top: element.scrollTop, height: element.clientHeight });
    read();
    element.addEventListener('scroll', read, { passive: true });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', read);
      observer.disconnect();
    };
  }, [scroller]);
  if (count <= ALL_UP_TO) return { first: 0, last: count, aboveHeight: 0, belowHeight: 0 };
  const first = Math.max(0, Math.min(count, Math.floor(view.top / rowHeight)) - OVERSCAN);
  const last = Math.min(count, first + Math.ceil(view.height / rowHeight) + 2 * OVERSCAN);
  return { first, last, aboveHeight: first * rowHeight, belowHeight: (count - last) * rowHeight };
}
