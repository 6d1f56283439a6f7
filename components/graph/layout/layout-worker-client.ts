import ELK from 'elkjs/lib/elk-api';
import { fromElkAnswer, toElkProblem } from '@/components/graph/layout/elk-problem';
import { simpleLayered } from '@/components/graph/layout/simple-layered';
import type { InsideLayout, InsideProblem } from '@/components/graph/layout/inside-layout';

/** Lays out the inside of namespaces off the main thread. */
export interface LayoutWorker {
  readonly layOut: (problem: InsideProblem) => Promise<InsideLayout>;
  readonly stop: () => void;
}

/**
 * Starts the worker. When it cannot be started or fails (a policy forbids it, a problem that ELK refuses), the plain
 * layered layout answers instead, so that a picture is always drawn, and `onFault` hears of it.
 */
export function startLayoutWorker(onFault: (message: string) => void): LayoutWorker {
  const elk = startElk();
  return {
    layOut: async (problem) => {
      if (problem.nodes.length < 2) return simpleLayered(problem);
      try {
        if (elk === null) throw new Error('workers are not available');
        return fromElkAnswer(await orFailure(elk, problem), problem);
      } catch (error) {
        onFault(
          `A plain layout is shown: ${error instanceof Error ? error.message : 'the layout worker failed'}`,
        );
        return simpleLayered(problem);
      }
    },
    stop: () => elk?.engine.terminateWorker(),
  };
}

interface RunningElk {
  readonly engine: InstanceType<typeof ELK>;
  /** Rejects when the script cannot be loaded, which would otherwise leave every question without an answer. */
  readonly broken: Promise<never>;
}

async function orFailure(elk: RunningElk, problem: InsideProblem) {
  return Promise.race([elk.engine.layout(toElkProblem(problem)), elk.broken]);
}

function startElk(): RunningElk | null {
  if (typeof Worker === 'undefined') return null;
  try {
    const worker = new Worker(new URL('./elk.worker.ts', import.meta.url), { type: 'module' });
    const broken = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) =>
        reject(new Error(event.message || 'The layout worker could not be loaded')),
      );
    });
    broken.catch(() => undefined);
    return { engine: new ELK({ workerFactory: () => worker, algorithms: ['layered'] }), broken };
  } catch {
    return null;
  }
}
