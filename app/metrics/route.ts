import { fanari } from '@/server/index';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const { registry } = fanari().metrics;
  return new Response(await registry.metrics(), {
    headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' },
  });
}
