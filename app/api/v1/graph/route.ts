import { graphQuerySchema } from '@/contract/graph';
import { fanari, respondWithGraph } from '@/server/index';

export const dynamic = 'force-dynamic';

export async function GET(request: Request): Promise<Response> {
  return respondWithGraph(fanari(), request, graphQuerySchema);
}
