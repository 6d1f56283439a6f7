import { doctorEndpoint } from '@/contract/doctor';
import { ok } from '@/mesh/result';
import { fanari, getDoctor, onlyRead, respondToQuery } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondToQuery(fanari(), request, doctorEndpoint.query, async (query, handling) => {
    const { sources, fanari: server } = handling;
    return ok(await getDoctor(sources, server.publicSettings, query));
  });
}
