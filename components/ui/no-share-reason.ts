import type { SourceGap } from '@/mesh/gap';
import type { MtlsEdge } from '@/mesh/mtls/mtls';

/** Why no share of mutual TLS is known, in a few words: a source that failed is told from traffic that was not there. */
export function noShareReason(
  gaps: readonly SourceGap[],
  hasTraffic: boolean,
): 'traffic not known' | 'no traffic seen' | 'no policy reported' {
  if (gaps.some(({ source }) => source === 'prometheus')) return 'traffic not known';
  return hasTraffic ? 'no policy reported' : 'no traffic seen';
}

/** Whether an edge may have carried traffic; of TCP a rate of zero says only that no connection was opened. */
export function carriesTraffic({ rps, protocol }: Pick<MtlsEdge, 'rps' | 'protocol'>): boolean {
  return protocol === 'tcp' || (rps !== null && rps > 0);
}
