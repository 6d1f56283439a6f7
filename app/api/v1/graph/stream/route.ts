import { graphStreamQuerySchema } from '@/contract/graph-stream';
import { fanari, onlyRead, respondWithGraphStream, respondWithStreamHead } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export function GET(request: Request): Response {
  return respondWithGraphStream(fanari(), request, graphStreamQuerySchema);
}

/** Without this Next would answer with GET, whose stream nobody would ever read or end. */
export function HEAD(request: Request): Response {
  return respondWithStreamHead(fanari(), request, graphStreamQuerySchema);
}
