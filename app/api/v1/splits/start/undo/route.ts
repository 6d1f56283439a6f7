import { canaryUndoBodySchema } from '@/contract/canary-undo';
import { fanari, onlyPost, respondToWrite, undoCanary } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = onlyPost;

export async function POST(request: Request): Promise<Response> {
  return respondToWrite(
    fanari(),
    request,
    canaryUndoBodySchema,
    async ({ undo }, sources, context) => undoCanary(sources, undo, context),
  );
}
