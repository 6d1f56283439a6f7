import { formatBytesPerSecond } from '@/components/ui/format-bytes-per-second';
import { formatMilliseconds } from '@/components/ui/format-milliseconds';
import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import type { EdgeLabel } from '@/components/graph/edge-label';
import type { EdgeFigures } from '@/components/graph/fold/aggregate-edges';

/** What stands on an edge; empty when nothing is known. A TCP edge has no requests, so its bytes stand for its rate. */
export function edgeLabelText(
  figures: EdgeFigures,
  label: EdgeLabel,
  protocol: 'http' | 'grpc' | 'tcp',
): string {
  switch (label) {
    case 'none':
      return '';
    case 'rps':
      if (figures.rps !== null) return formatRate(figures.rps);
      return protocol === 'tcp' ? orEmpty(figures.bytesPerSecond, formatBytesPerSecond) : '';
    case 'share':
      return orEmpty(figures.share, formatRatio);
    case 'p95':
      return orEmpty(figures.latencyMsP95, formatMilliseconds);
    case 'throughput':
      return orEmpty(figures.bytesPerSecond, formatBytesPerSecond);
  }
}

function orEmpty(value: number | null, format: (value: number) => string): string {
  return value === null ? '' : format(value);
}
