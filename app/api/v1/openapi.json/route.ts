import { buildOpenApi } from '@/contract/openapi';
import { jsonResponse, onlyRead, VERSION } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { POST, PUT, PATCH, DELETE, OPTIONS } = onlyRead;

let text: string | null = null;

export function GET(): Response {
  text ??= JSON.stringify(buildOpenApi(VERSION));
  return jsonResponse(text);
}
