import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/**
 * `false` on the server and while its HTML is being taken over, `true` afterwards. Parts that show server state wait for
 * it: another part may have fetched that state before this one's HTML is taken over, and the two would differ.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
