import { tracesQuerySchema } from '@/contract/traces';
import { fanari, getTraces, onlyRead, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(fanari(), request, tracesQuerySchema, async (query, handling) =>
    getTraces(handling.sources, query, handling),
  );
}
