'use client';

import {
  cloneElement,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type JSX,
  type ReactElement,
} from 'react';
import { placeBeside, type Side } from '@/components/ui/place-beside';
import classes from '@/components/ui/tip.module.css';

const OPEN_AFTER_MS = 250;
/** Long enough to move the pointer onto the text. */
const CLOSE_AFTER_MS = 120;

interface AnchorProps {
  readonly 'aria-describedby'?: string | undefined;
  readonly onPointerEnter?: (event: { readonly currentTarget: Element }) => void;
  readonly onPointerLeave?: () => void;
  readonly onFocus?: (event: { readonly currentTarget: Element }) => void;
  readonly onBlur?: () => void;
}

/**
 * A short text about its child, shown while the pointer or the keyboard is on it; Escape takes it away. The child must
 * be an element that can have the focus, without handlers of its own for pointer and focus.
 */
export function Tip(props: {
  readonly label: string;
  readonly side?: Side;
  readonly children: ReactElement<AnchorProps>;
}): JSX.Element {
  const id = useId();
  const [anchor, setAnchor] = useState<Element | null>(null);
  const [timer] = useState(createTimer);
  const soon = (next: Element | null, afterMs: number): void =>
    timer.set(() => setAnchor(next), afterMs);
  useEffect(() => timer.cancel, [timer]);
  return (
    <>
      {cloneElement(props.children, {
        'aria-describedby': anchor === null ? undefined : id,
        onPointerEnter: (event) => soon(event.currentTarget, OPEN_AFTER_MS),
        onPointerLeave: () => soon(null, CLOSE_AFTER_MS),
        onFocus: (event) => soon(event.currentTarget, 0),
        onBlur: () => soon(null, 0),
      })}
      {anchor !== null && (
        <TipText
          id={id}
          anchor={anchor}
          label={props.label}
          side={props.side ?? 'above'}
          onEnter={timer.cancel}
          onLeave={() => soon(null, CLOSE_AFTER_MS)}
          onEscape={() => soon(null, 0)}
        />
      )}
    </>
  );
}

interface Timer {
  readonly set: (run: () => void, afterMs: number) => void;
  readonly cancel: () => void;
}

function createTimer(): Timer {
  let due: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => clearTimeout(due);
  return {
    cancel,
    set: (run, afterMs) => {
      cancel();
      due = setTimeout(run, afterMs);
    },
  };
}

function TipText(props: {
  readonly id: string;
  readonly anchor: Element;
  readonly label: string;
  readonly side: Side;
  readonly onEnter: () => void;
  readonly onLeave: () => void;
  readonly onEscape: () => void;
}): JSX.Element {
  const text = useRef<HTMLSpanElement>(null);
  const { anchor, side, label, onEscape } = props;
  useLayoutEffect(() => {
    const element = text.current;
    if (element === null) return;
    // The top layer: neither cut off by what scrolls nor below a dialog.
    if ('showPopover' in element) element.showPopover();
    const view = { width: window.innerWidth, height: window.innerHeight };
    const at = placeBeside(
      anchor.getBoundingClientRect(),
      element.getBoundingClientRect(),
      view,
      side,
    );
    element.style.left = `${at.left}px`;
    element.style.top = `${at.top}px`;
  }, [anchor, side, label]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      // The first Escape is the tip's; the next one clears the selection or closes what it stands in.
      event.stopPropagation();
      onEscape();
    };
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true });
  });
  return (
    <span
      ref={text}
      id={props.id}
      role="tooltip"
      popover="manual"
      className={classes.tip}
      onPointerEnter={props.onEnter}
      onPointerLeave={props.onLeave}
    >
      {label}
    </span>
  );
}
