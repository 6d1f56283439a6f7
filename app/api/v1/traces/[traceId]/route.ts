import { traceEndpoint, traceIdSchema } from '@/contract/trace';
import { fanari, getTrace, onlyRead, problemResponse, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

interface Context {
  readonly params: Promise<{ readonly traceId: string }>;
}

export async function GET(request: Request, context: Context): Promise<Response> {
  const traceId = traceIdSchema.safeParse((await context.params).traceId);
  if (!traceId.success) {
    const detail = 'traceId: must be hexadecimal';
    const type = 'urn:fanari:problem:bad-request';
    return problemResponse({ type, title: 'The request cannot be read', status: 400, detail });
  }
  return respondToQuery(fanari(), request, traceEndpoint.query, async (_query, handling) =>
    getTrace(handling.sources, traceId.data, handling),
  );
}
