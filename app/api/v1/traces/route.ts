import { tracesQuerySchema } from '@/contract/traces';
import { fanari, getTraces, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(fanari(), request, tracesQuerySchema, async (query, handling) =>
    getTraces(handling.fanari.sources, query, handling),
  );
}
