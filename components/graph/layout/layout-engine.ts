import ELK, { type ElkNode } from 'elkjs/lib/elk-api';

/** ELK in its worker. */
export interface LayoutEngine {
  readonly elk: InstanceType<typeof ELK>;
  /** Rejects when the script cannot be loaded, which would otherwise leave every question without an answer. */
  readonly broken: Promise<never>;
}

let prepared: LayoutEngine | null = null;

/**
 * Starts the engine before there is anything to lay out: its script is large, and its first answer takes several times
 * as long as the next. Does nothing on the server.
 */
export function prepareLayoutEngine(): void {
  if (prepared !== null) return;
  prepared = startEngine();
  prepared?.elk.layout(EXERCISE).catch(() => undefined);
}

/** The prepared engine, or a new one; the caller ends it. `null` where workers cannot be used. */
export function takeLayoutEngine(): LayoutEngine | null {
  const engine = prepared ?? startEngine();
  prepared = null;
  return engine;
}

function startEngine(): LayoutEngine | null {
  if (typeof Worker === 'undefined') return null;
  try {
    const worker = new Worker(new URL('./elk.worker.ts', import.meta.url), { type: 'module' });
    const broken = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) =>
        reject(new Error(event.message || 'The layout worker could not be loaded')),
      );
    });
    broken.catch(() => undefined);
    return { elk: new ELK({ workerFactory: () => worker, algorithms: ['layered'] }), broken };
  } catch {
    return null;
  }
}

/** A small tree that takes ELK through all of its steps. */
const EXERCISE: ElkNode = {
  id: 'exercise',
  layoutOptions: { 'elk.algorithm': 'layered', 'elk.direction': 'RIGHT' },
  children: Array.from({ length: 12 }, (_, index) => ({ id: `n${index}`, width: 40, height: 60 })),
  edges: Array.from({ length: 11 }, (_, index) => ({
    id: `e${index}`,
    sources: [`n${Math.floor(index / 2)}`],
    targets: [`n${index + 1}`],
  })),
};
