import { useSyncExternalStore } from 'react';
import type { NotificationData } from '@mantine/notifications';

let isWanted = false;
const listeners = new Set<() => void>();

/** Shows a short message over the page, in place of one with the same id. Its code is loaded with the first one. */
export function showToast(toast: NotificationData): void {
  isWanted = true;
  for (const listener of listeners) listener();
  void import('@mantine/notifications').then(({ notifications }) => {
    if (toast.id !== undefined) notifications.hide(toast.id);
    notifications.show(toast);
  });
}

/** Takes a message away, if it still stands. */
export function hideToast(id: string): void {
  if (isWanted)
    void import('@mantine/notifications').then(({ notifications }) => notifications.hide(id));
}

/** Whether any message has been shown, so that a place for them is needed. */
export function useToastsWanted(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => isWanted,
    () => false,
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
