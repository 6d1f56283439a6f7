import { fromElkAnswer, toElkProblem } from '@/components/graph/layout/elk-problem';
import { takeLayoutEngine, type LayoutEngine } from '@/components/graph/layout/layout-engine';
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
  const engine = takeLayoutEngine();
  return {
    layOut: async (problem) => {
      try {
        if (engine === null) throw new Error('workers are not available');
        return fromElkAnswer(await orFailure(engine, problem), problem);
      } catch (error) {
        onFault(
          `A plain layout is shown: ${error instanceof Error ? error.message : 'the layout worker failed'}`,
        );
        return simpleLayered(problem);
      }
    },
    stop: () => engine?.elk.terminateWorker(),
  };
}

async function orFailure(engine: LayoutEngine, problem: InsideProblem) {
  return Promise.race([engine.elk.layout(toElkProblem(problem)), engine.broken]);
}
