import { canaryApplyBodySchema } from '@/contract/canary-apply';
import { applyCanary, fanari, onlyPost, respondToWrite } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = onlyPost;

export async function POST(request: Request): Promise<Response> {
  return respondToWrite(fanari(), request, canaryApplyBodySchema, async (body, sources, context) =>
    applyCanary(sources, body, context),
  );
}
