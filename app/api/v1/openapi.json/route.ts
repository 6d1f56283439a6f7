import { buildOpenApi } from '@/contract/openapi';
import { jsonResponse, VERSION } from '@/server/index';

export const dynamic = 'force-dynamic';

let text: string | null = null;

export function GET(): Response {
  text ??= JSON.stringify(buildOpenApi(VERSION));
  return jsonResponse(text);
}
