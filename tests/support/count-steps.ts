import { Session, type Profiler } from 'node:inspector';

/** Counts how often the code of files whose address contains `file` entered a block, from `start` on. */
export interface StepCounter {
  /** Blocks (bodies of functions and loops, branches) entered since the last call. */
  readonly take: () => number;
  readonly stop: () => void;
}

/**
 * A measure of cost that depends neither on the machine nor on what else it does. Only code that is loaded after the
 * start is counted, so import it afterwards.
 */
export function startCountingSteps(file: string): StepCounter {
  const session = new Session();
  session.connect();
  post(session, 'Profiler.enable');
  post(session, 'Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    take: () =>
      takeCoverage(session)
        .filter(({ url }) => url.includes(file))
        .flatMap(({ functions }) => functions)
        .flatMap(({ ranges }) => ranges)
        .reduce((sum, { count }) => sum + count, 0),
    stop: () => session.disconnect(),
  };
}

/** Commands of a session to its own thread are answered before `post` returns. */
function post(session: Session, method: string, parameters: object = {}): unknown {
  let answer: unknown;
  session.post(method, parameters, (error, result) => {
    if (error !== null) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  return answer;
}

function takeCoverage(session: Session): readonly Profiler.ScriptCoverage[] {
  const { result } = post(
    session,
    'Profiler.takePreciseCoverage',
  ) as Profiler.TakePreciseCoverageReturnType;
  return result;
}
