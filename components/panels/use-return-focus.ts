import { useEffect } from 'react';

/**
 * Gives the focus back when a sheet goes, to what had it when the sheet came: a drawer that is taken away whole does not
 * do so itself. Where that is gone or hidden by then, the nearest thing around it that takes focus gets it.
 */
export function useReturnFocus(): void {
  useEffect(() => {
    const { activeElement } = document;
    const before = activeElement instanceof HTMLElement ? activeElement : null;
    return () => {
      // After this commit, when the drawer has let go of the focus.
      queueMicrotask(() => giveBack(before));
    };
  }, []);
}

function giveBack(before: HTMLElement | null): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  for (let element = before; element !== null; element = element.parentElement) {
    element.focus();
    if (document.activeElement === element) return;
    const near = element.querySelector<HTMLElement>('button:not(:disabled), [tabindex="0"]');
    near?.focus();
    if (near !== null && document.activeElement === near) return;
  }
}
