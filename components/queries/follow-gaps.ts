import type { QueryClient } from '@tanstack/react-query';
import { statusQuery } from '@/components/queries/status-query';

/**
 * Asks for the status anew whenever an answer lacks what another source gave before, or has again what it lacked: what
 * the page says of a source then changes with its figures, not at the next poll. Stops when the answer is called.
 */
export function followGaps(client: QueryClient): () => void {
  const lacking = new Map<string, string>();
  return client.getQueryCache().subscribe((event) => {
    if (event.type === 'removed') lacking.delete(event.query.queryHash);
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    const sources = lackingSources(event.query.state.data);
    if (sources === null) return;
    const before = lacking.get(event.query.queryHash) ?? '';
    lacking.set(event.query.queryHash, sources);
    if (sources !== before) void client.invalidateQueries({ queryKey: statusQuery().queryKey });
  });
}

/** Sources that an answer has gaps of, as text; `null` for an answer that tells of none. */
function lackingSources(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('gaps' in data)) return null;
  const { gaps } = data;
  if (!Array.isArray(gaps)) return null;
  const names = gaps.map((gap: { readonly source?: unknown }) => String(gap.source));
  return [...new Set(names)].sort().join(' ');
}
