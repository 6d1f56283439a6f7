import { splitChangeBodySchema } from '@/contract/split-preview';
import { fanari, onlyPost, previewSplit, respondToBody } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = onlyPost;

export async function POST(request: Request): Promise<Response> {
  return respondToBody(fanari(), request, splitChangeBodySchema, async ({ change }, handling) =>
    previewSplit(handling.sources, change, handling),
  );
}
