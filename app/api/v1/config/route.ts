import { configQuerySchema } from '@/contract/config';
import { fanari, getConfig, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(fanari(), request, configQuerySchema, async (query, handling) =>
    getConfig(handling.fanari.sources, query, handling),
  );
}
