import { graphStreamQuerySchema } from '@/contract/graph-stream';
import { fanari, onlyRead, respondWithGraphStream, respondWithStreamHead } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondWithGraphStream(fanari(), request, graphStreamQuerySchema);
}

/** Without this Next would answer with GET, whose stream nobody would ever read or end. */
export async function HEAD(request: Request): Promise<Response> {
  return respondWithStreamHead(fanari(), request, graphStreamQuerySchema);
}
