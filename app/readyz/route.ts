import { fanari } from '@/server/index';

export const dynamic = 'force-dynamic';

/** Ready once the cluster was seen whole; stays ready through later outages, which the pages explain. */
export function GET(): Response {
  const { cluster } = fanari().sources;
  const ready = cluster.topology().revision > 0;
  const text = ready
    ? 'ok\n'
    : `the cluster is not known yet: ${cluster.state().message ?? 'listing'}\n`;
  return new Response(text, {
    status: ready ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
}
