import type { z } from 'zod';
import type { Problem } from '@/contract/problem';
import { fail } from '@/mesh/result';
import type { Fanari } from '@/server/fanari';
import { respondToBody, type Answer } from '@/server/respond';
import type { CanaryContext } from '@/server/usecases/canary-context';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { keepUnderWay, mayBeginWrite } from '@/server/writes-under-way';

/** The replica ends, and would not wait for this. */
const ENDING: Problem = {
  type: 'urn:fanari:problem:ending',
  title: 'Nothing was written',
  status: 503,
  detail: 'This replica of Fanari is ending. Try again.',
};

/** A write that was begun is finished even when the browser has gone, so that its outcome is known and logged. */
const NEVER = new AbortController().signal;

/** Serves a write to the cluster: as `respondToBody`, and neither the client's going nor SIGTERM ends it half-way. */
export async function respondToWrite<Schema extends z.ZodType>(
  fanari: Fanari,
  request: Request,
  schema: Schema,
  write: (body: z.output<Schema>, sources: MeshSources, context: CanaryContext) => Promise<Answer>,
): Promise<Response> {
  return respondToBody(fanari, request, schema, async (body, { actor, sources }) => {
    if (!mayBeginWrite()) return fail(ENDING);
    const { propagationPauseSeconds } = fanari.settings;
    const context = { actor, signal: NEVER, propagationPauseSeconds };
    return keepUnderWay(write(body, sources, context));
  });
}
