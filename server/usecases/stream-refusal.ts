import { formatWindow } from '@/contract/window';
import type { GraphQuery } from '@/contract/graph';
import type { Problem } from '@/contract/problem';
import { requestProblem } from '@/server/usecases/problems';

/** So many streams may be open; each may leave some megabytes unread. */
export const MOST_STREAMS = 300;

/** What there is of streams already. */
export interface StreamLoad {
  readonly open: number;
  /** Whether the window's figures can be read beside those that are. */
  readonly isWindowRead: boolean;
  /** Whether the graphs that are looked at leave room for one more. */
  readonly hasRoom: boolean;
}

/** Why a stream cannot be begun now (503); `null` when it can. Whoever is refused can still ask for the graph. */
export function streamRefusal({ windowSeconds }: GraphQuery, load: StreamLoad): Problem | null {
  const busy = (detail: string) =>
    requestProblem(503, 'too-many-streams', 'Fanari has no room for another stream', detail);
  if (load.open >= MOST_STREAMS) {
    return busy(`${MOST_STREAMS} streams are open already. Ask for the graph now and then instead`);
  }
  if (!load.isWindowRead) {
    const window = formatWindow(windowSeconds);
    return busy(
      `Too many different windows are looked at for one of ${window} as well. Take one of those that GET /status offers`,
    );
  }
  if (load.hasRoom) return null;
  return busy(
    'The graphs that are looked at take all the memory meant for them. Ask for the graph now and then instead, or for fewer namespaces',
  );
}
