import type { Observer } from '@/server/ports';

/** Measures and logs nothing. */
export const silentObserver: Observer = {
  onCall: () => undefined,
  onWatchRestart: () => undefined,
  onRefresh: () => undefined,
  onGraphBuilt: () => undefined,
  onStreamClients: () => undefined,
  onStreamDropped: () => undefined,
  onWrite: () => undefined,
  warn: () => undefined,
};
