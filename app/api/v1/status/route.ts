import { statusEndpoint } from '@/contract/status';
import { ok } from '@/mesh/result';
import { fanari, getStatus, onlyRead, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(fanari(), request, statusEndpoint.query, async (_query, handling) => {
    const { sources, fanari: server } = handling;
    return ok(await getStatus(sources, server.publicSettings, handling));
  });
}
