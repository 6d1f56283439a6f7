import { graphQuerySchema } from '@/contract/graph';
import { fanari, respondWithGraphStream } from '@/server/index';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Response {
  return respondWithGraphStream(fanari(), request, graphQuerySchema);
}
