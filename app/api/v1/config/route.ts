import { configQuerySchema } from '@/contract/config';
import { fanari, getConfig, onlyRead, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(fanari(), request, configQuerySchema, async (query, handling) =>
    getConfig(handling.sources, query, handling),
  );
}
