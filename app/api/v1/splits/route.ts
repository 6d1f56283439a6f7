import { windowAndNamespacesQuerySchema } from '@/contract/splits';
import { ok } from '@/mesh/result';
import { fanari, getSplits, onlyRead, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(
    fanari(),
    request,
    windowAndNamespacesQuerySchema,
    async (query, { sources, windows }) => ok(await getSplits(sources, windows, query)),
  );
}
