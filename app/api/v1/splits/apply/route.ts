import { splitChangeBodySchema } from '@/contract/split-preview';
import { applySplit, fanari, onlyPost, respondToWrite } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = onlyPost;

export async function POST(request: Request): Promise<Response> {
  return respondToWrite(
    fanari(),
    request,
    splitChangeBodySchema,
    async ({ change }, sources, context) => applySplit(sources, change, context),
  );
}
