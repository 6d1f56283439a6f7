const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait after so many failures in a row (1 is the first): doubles up to 30 s, half of it random, so that many
 * watches and many Fanaris do not come back in step. `random` is in 0..1.
 */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(10, Math.max(0, failures - 1)));
  return full / 2 + (full / 2) * random;
}

/** Waits; ends early when the signal fires. */
export async function waitMs(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
