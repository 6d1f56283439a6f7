'use client';

import {
  useEffect,
  useId,
  useRef,
  useState,
  type ButtonHTMLAttributes,
  type JSX,
  type ReactNode,
} from 'react';
import { placeBeside, type Side } from '@/components/ui/place-beside';
import classes from '@/components/ui/popup.module.css';

/**
 * A button that opens a small dialog beside itself. The browser closes it with Escape or a press elsewhere and gives the
 * focus back; what has `data-autofocus` inside gets the focus first.
 */
export function Popup(props: {
  /** Name of the dialog. */
  readonly label: string;
  readonly side: Side;
  readonly button: ReactNode;
  readonly buttonProps?: ButtonHTMLAttributes<HTMLButtonElement>;
  readonly onClose?: () => void;
  readonly children: ReactNode;
}): JSX.Element {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const dialog = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    if (!isOpen) return undefined;
    // The first Escape is the dialog's; a shortcut of the page would keep the browser from closing it.
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      dialog.current?.hidePopover();
      opener.current?.focus();
    };
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [isOpen]);
  const onToggle = (element: HTMLDivElement, isNowOpen: boolean): void => {
    setIsOpen(isNowOpen);
    if (!isNowOpen) props.onClose?.();
    else requestAnimationFrame(() => place(element, opener.current, props.side));
  };
  return (
    <>
      <button
        ref={opener}
        type="button"
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        {...props.buttonProps}
      >
        {props.button}
      </button>
      <div
        ref={dialog}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={props.label}
        className={classes.popup}
        onToggle={(event) => onToggle(event.currentTarget, event.newState === 'open')}
      >
        {isOpen && props.children}
      </div>
    </>
  );
}

function place(dialog: HTMLDivElement, opener: HTMLButtonElement | null, side: Side): void {
  if (opener === null) return;
  const view = { width: window.innerWidth, height: window.innerHeight };
  const at = placeBeside(
    opener.getBoundingClientRect(),
    dialog.getBoundingClientRect(),
    view,
    side,
  );
  dialog.style.left = `${at.left}px`;
  dialog.style.top = `${at.top}px`;
  dialog.dataset['placed'] = 'true';
  dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus();
}
