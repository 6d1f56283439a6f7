import { splitChangeBodySchema } from '@/contract/split-preview';
import { fanari, previewSplit, respondToBody } from '@/server/index';

export const dynamic = 'force-dynamic';

export async function POST(request: Request): Promise<Response> {
  return respondToBody(fanari(), request, splitChangeBodySchema, async ({ change }, handling) => {
    const { sources, settings } = handling.fanari;
    return previewSplit(sources, change, settings.readOnly, { signal: handling.signal });
  });
}
