import type { AppliedChange } from '@/components/panels/own-writes';
import { formatWindow } from '@/mesh/format-window';
import type { HealthStatus } from '@/mesh/health/health';
import type { TrafficSplit } from '@/mesh/splits/split';

/** What became of weights that were written: a sign and words that follow the object's name. */
export interface WrittenText {
  readonly status: HealthStatus;
  readonly words: string;
  /** Why, where the words do not say it; `null` where they do. */
  readonly reason: string | null;
  /** `true` when the split shows these weights, so that observed shares are about them. */
  readonly isRead: boolean;
}

/** Time that a write needs at most to come back through the watch. */
const READ_BACK_MS = 3000;

/** Time beyond the window that scrapes and proxies may need. */
const SETTLING_MS = 30_000;

/**
 * Whether traffic follows written weights. `split` as read at `readAtMs` (browser's clock; 0 before the first time), over
 * the window given; `null` when the rule is not among the splits in view.
 */
export function writtenText(
  { change, receivedAtMs }: Pick<AppliedChange, 'change' | 'receivedAtMs'>,
  split: TrafficSplit | null,
  readAtMs: number,
  windowSeconds: number | null,
): WrittenText {
  if (split === null) {
    return { status: 'unknown', words: 'set; not in view', reason: null, isRead: false };
  }
  if (isUnread({ change, receivedAtMs }, split, readAtMs)) {
    return { status: 'idle', words: 'set; reading it back', reason: null, isRead: false };
  }
  if (!holdsWeights(split, change.wanted)) {
    const weights = split.destinations.map(({ weight }) => weight ?? 'not set').join(' / ');
    const words = `was changed again since, to ${weights}`;
    return { status: 'degraded', words, reason: null, isRead: false };
  }
  const { agreement, agreementReason: reason } = split;
  if (agreement === 'agrees')
    return { status: 'healthy', words: 'set, and traffic follows', reason: null, isRead: true };
  if (agreement === 'unknown') {
    const words = 'set; observed traffic cannot be compared';
    return { status: 'unknown', words, reason, isRead: true };
  }
  const isLate = readAtMs > receivedAtMs + (windowSeconds ?? 0) * 1000 + SETTLING_MS;
  if (isLate && windowSeconds !== null)
    return { status: 'failing', words: 'set, but traffic does not obey', reason, isRead: true };
  const window =
    windowSeconds === null ? 'the window' : `the window of ${formatWindow(windowSeconds)}`;
  return {
    status: 'idle',
    words: `set; ${window} still holds traffic from before`,
    reason: null,
    isRead: true,
  };
}

/** Whether a split still shows the weights from before a write, only because it was read before or just after it. */
export function isUnread(
  { change, receivedAtMs }: Pick<AppliedChange, 'change' | 'receivedAtMs'>,
  split: TrafficSplit,
  readAtMs: number,
): boolean {
  return !holdsWeights(split, change.wanted) && readAtMs < receivedAtMs + READ_BACK_MS;
}

function holdsWeights(split: TrafficSplit, wanted: readonly (number | null)[]): boolean {
  return split.destinations.every(
    ({ weight }, index) => wanted[index] === null || wanted[index] === weight,
  );
}
