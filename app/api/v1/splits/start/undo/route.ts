import { canaryUndoBodySchema } from '@/contract/canary-undo';
import { fanari, onlyPost, respondToBody, undoCanary } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = onlyPost;

/** A write that was begun is finished even when the browser has gone, so that its outcome is known and logged. */
const NEVER = new AbortController().signal;

export async function POST(request: Request): Promise<Response> {
  return respondToBody(fanari(), request, canaryUndoBodySchema, async ({ undo }, handling) => {
    const { sources, settings } = handling.fanari;
    const { readOnly } = settings;
    return undoCanary(sources, undo, { readOnly, remote: handling.remote, signal: NEVER });
  });
}
