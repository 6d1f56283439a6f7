import type { AuditEntry, Clock, ObjectEvent, Observer, WatchedCluster } from '@/server/ports';
import { keepUnderWay } from '@/server/writes-under-way';

/** Events under way or waiting; one more is left out, and its audit line says everything it would have said. */
const MOST_WAITING = 100;

/** Events that may be stored at once, and how fast that many come back: nobody can flood the cluster by refused writes. */
const BURST = 50;
const REFILL_MS = 1_000;

const DEADLINE_MS = 10_000;
const WARN_AGAIN_MS = 600_000;

/**
 * Tells each write as an Event on its object, with Fanari's own account, one after the other. Never delays or fails a
 * write: what cannot be stored is in the audit line, and a warning says so once in a while.
 */
export class AuditEvents {
  private readonly waiting: AuditEntry[] = [];
  private running: Promise<void> | null = null;
  private tokens = BURST;
  private refilledMs: number;
  private warnedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly cluster: () => WatchedCluster,
    private readonly observer: Pick<Observer, 'warn'>,
    private readonly clock: Clock,
  ) {
    this.refilledMs = clock.now();
  }

  /** Takes an entry of the audit log. */
  add(entry: AuditEntry): void {
    if (this.waiting.length >= MOST_WAITING || !this.takeToken()) {
      this.warn('too many writes at a time');
      return;
    }
    this.waiting.push(entry);
    // The end of the process waits for what is under way.
    this.running ??= keepUnderWay(this.run());
  }

  private async run(): Promise<void> {
    for (let entry = this.waiting.shift(); entry !== undefined; entry = this.waiting.shift()) {
      try {
        await this.store(entry);
      } catch (caught) {
        this.warn(String(caught));
      }
    }
    this.running = null;
  }

  private async store(entry: AuditEntry): Promise<void> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const cluster = this.cluster();
    const found = await cluster.as({ kind: 'own' }).getObject(entry.object, { signal });
    const uid = found.ok ? found.value.config.meta.uid : null;
    const stored = await cluster.recordEvent(toEvent(entry, uid, this.clock.now()), { signal });
    if (!stored.ok) this.warn(stored.error.message);
  }

  private takeToken(): boolean {
    const nowMs = this.clock.now();
    const back = Math.max(0, Math.floor((nowMs - this.refilledMs) / REFILL_MS));
    if (back > 0 || nowMs < this.refilledMs) this.refilledMs = nowMs;
    this.tokens = Math.min(BURST, this.tokens + back);
    if (this.tokens === 0) return false;
    this.tokens -= 1;
    return true;
  }

  private warn(reason: string): void {
    const nowMs = this.clock.now();
    if (nowMs - this.warnedMs < WARN_AGAIN_MS) return;
    this.warnedMs = nowMs;
    this.observer.warn('a write was not told as an Event; its audit line is complete', { reason });
  }
}

const REASONS: Readonly<Record<AuditEntry['action'], string>> = {
  weights: 'WeightsChanged',
  create: 'Created',
  delete: 'Deleted',
  'add-subsets': 'SubsetsAdded',
  'remove-subsets': 'SubsetsRemoved',
};

/** The Event of an audit entry: who, from where, what, before, after, outcome. */
export function toEvent(entry: AuditEntry, uid: string | null, atMs: number): ObjectEvent {
  const { action, actor, outcome, rulePointer, before, after, message } = entry;
  const isDone = outcome === 'accepted';
  const who =
    actor.user ?? (actor.strategy === 'anonymous' ? 'Somebody without login' : 'Somebody');
  const from = actor.remote === null ? '' : ` from ${actor.remote}`;
  const weights = (list: readonly (number | null)[]) =>
    list.map((weight) => weight ?? 'none').join(', ');
  const what =
    action === 'weights' ? ` ${rulePointer}: ${weights(before)} → ${weights(after)}` : '';
  const end = message === null ? '' : `. ${message}`;
  return {
    object: entry.object,
    uid,
    atMs,
    type: isDone ? 'Normal' : 'Warning',
    reason: isDone ? REASONS[action] : `${REASONS[action]}Not`,
    message: `${who} (${actor.strategy})${from}, ${action}${what}: ${outcome}${end}`,
  };
}
