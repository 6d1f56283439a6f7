import { fanari } from '@/server/index';

export const dynamic = 'force-dynamic';

/** Ready once the cluster was seen whole, through later outages too, which the pages explain; until SIGTERM. */
export function GET(): Response {
  const { ready, reason } = fanari().readiness();
  const text = ready ? 'ok\n' : `${reason}\n`;
  return new Response(text, {
    status: ready ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
}
