import { fanari } from '@/server/index';

export const dynamic = 'force-dynamic';

/** Ready once the cluster was seen whole; stays ready through later outages, which the pages explain. */
export function GET(): Response {
  const { ready, reason } = fanari().readiness();
  const text = ready ? 'ok\n' : `the cluster is not known yet: ${reason}\n`;
  return new Response(text, {
    status: ready ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
}
