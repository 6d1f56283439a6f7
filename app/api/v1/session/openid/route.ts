import { fanari, onlyRead, respondToOpenIdStart } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

export async function GET(request: Request): Promise<Response> {
  return respondToOpenIdStart(fanari(), request);
}
