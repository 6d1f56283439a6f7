import { seriesQuerySchema } from '@/contract/series';
import { fanari, getSeries, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(fanari(), request, seriesQuerySchema, async (query, handling) =>
    getSeries(handling.fanari.sources, query, handling),
  );
}
