import { canaryCandidatesQuerySchema } from '@/contract/canary-candidates';
import { ok } from '@/mesh/result';
import { fanari, getCanaryCandidates, onlyRead, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(
    fanari(),
    request,
    canaryCandidatesQuerySchema,
    async (query, { sources }) => Promise.resolve(ok(getCanaryCandidates(sources, query))),
  );
}
