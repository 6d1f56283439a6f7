const KEY = Symbol.for('fanari.writes');

interface Writes {
  readonly underWay: Set<Promise<unknown>>;
  areClosed: boolean;
}

/** Routes and the front of the process are bundled apart and share no module instances, so the writes are global. */
const holder = globalThis as unknown as { [KEY]?: Writes };

function state(): Writes {
  const writes = holder[KEY] ?? { underWay: new Set(), areClosed: false };
  holder[KEY] = writes;
  return writes;
}

function underWay(): Set<Promise<unknown>> {
  return state().underWay;
}

/** From now on nothing new is written: the process ends, and would not wait for it. */
export function closeWrites(): void {
  state().areClosed = true;
}

/** Whether a write may still begin. */
export function mayBeginWrite(): boolean {
  return !state().areClosed;
}

/** Keeps account of a write until it has settled; gives the same promise back. */
export async function keepUnderWay<T>(write: Promise<T>): Promise<T> {
  const writes = underWay();
  writes.add(write);
  try {
    return await write;
  } finally {
    writes.delete(write);
  }
}

/** Whether no write is under way in this process. */
export function isWithoutWrites(): boolean {
  return underWay().size === 0;
}

/** How long the end of the process waits for writes. Kubernetes kills after 30 s unless told otherwise. */
const LONGEST_WAIT_MS = 25_000;

/** Resolves when every write has settled, those too that come meanwhile, or at the latest after 25 s. */
export async function writesSettled(): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), LONGEST_WAIT_MS);
  });
  while (!isWithoutWrites()) {
    const all = Promise.allSettled(underWay()).then(() => false);
    if (await Promise.race([all, late])) break;
  }
  clearTimeout(timer);
}
