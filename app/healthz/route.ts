import { fanari } from '@/server/index';

export const dynamic = 'force-dynamic';

/** The process answers; what its upstreams do is no reason to restart it. */
export function GET(): Response {
  fanari();
  return new Response('ok\n', { headers: { 'cache-control': 'no-store' } });
}
