import { canaryApplyBodySchema } from '@/contract/canary-apply';
import { applyCanary, fanari, onlyPost, respondToBody } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = onlyPost;

/** A write that was begun is finished even when the browser has gone, so that its outcome is known and logged. */
const NEVER = new AbortController().signal;

export async function POST(request: Request): Promise<Response> {
  return respondToBody(fanari(), request, canaryApplyBodySchema, async (body, handling) => {
    const { sources, settings } = handling.fanari;
    const { readOnly } = settings;
    return applyCanary(sources, body, { readOnly, remote: handling.remote, signal: NEVER });
  });
}
