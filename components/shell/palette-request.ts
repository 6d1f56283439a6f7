import { useSyncExternalStore } from 'react';

let openCount = 0;
const listeners = new Set<() => void>();

/** Asks for the command palette; its code is loaded at the first time. */
export function openPalette(): void {
  openCount += 1;
  for (const listener of listeners) listener();
}

/** How often the palette has been asked for; 0 means that its code is not needed yet. */
export function usePaletteRequests(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => openCount,
    () => 0,
  );
}
