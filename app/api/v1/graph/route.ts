import { graphQuerySchema } from '@/contract/graph';
import { fanari, onlyRead, respondWithGraph } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondWithGraph(fanari(), request, graphQuerySchema);
}
