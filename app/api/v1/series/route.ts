import { seriesQuerySchema } from '@/contract/series';
import { fanari, getSeries, onlyRead, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(fanari(), request, seriesQuerySchema, async (query, handling) =>
    getSeries(handling.sources, query, handling),
  );
}
