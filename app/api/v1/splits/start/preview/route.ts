import { canaryPreviewBodySchema } from '@/contract/canary-preview';
import { fanari, onlyPost, previewCanary, respondToBody } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = onlyPost;

export async function POST(request: Request): Promise<Response> {
  return respondToBody(
    fanari(),
    request,
    canaryPreviewBodySchema,
    async ({ start }, { signal, sources, fanari: { settings } }) => {
      const { propagationPauseSeconds } = settings;
      return previewCanary(sources, start, { propagationPauseSeconds, signal });
    },
  );
}
