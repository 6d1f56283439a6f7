import type { Clock, NoteStore, Notes } from '@/server/ports';

/** How old what other replicas noted may be before it is read again, and before a request waits for that. */
const READ_AGAIN_MS = 5_000;
const WAIT_MS = 15_000;

/** Kept in one ConfigMap, which takes 1 MB. Beyond this number the sessions that would have ended first are forgotten. */
const MOST_NOTES = 5_000;

const ENDED = 'ended.';
const CLAIMED = 'claimed.';

/** Warns an operator; must not name users or tokens. */
export type Warn = (message: string, fields: Readonly<Record<string, string | number>>) => void;

/**
 * Sessions that have logged out, until their cookies would have ended by themselves. Shared by all replicas through notes in
 * the cluster; without a store, or while it fails, each process knows only its own.
 */
export class EndedSessions {
  /** Seconds since the epoch by id. */
  private readonly own = new Map<string, number>();
  private notes: Notes | null = null;
  private readMs = -Infinity;
  private reading: Promise<void> | null = null;
  private isFailing = false;

  constructor(
    private readonly store: NoteStore | null,
    private readonly clock: Clock,
    private readonly warn: Warn,
  ) {}

  /** Whether a session has logged out, on any replica. */
  async has(id: string): Promise<boolean> {
    await this.refresh();
    return this.own.has(id) || this.notes?.entries.has(ENDED + id) === true;
  }

  /** Notes that a session has logged out. `untilMs`: when its last cookie ends. `false`: other replicas do not know. */
  async add(id: string, untilMs: number): Promise<boolean> {
    const until = Math.ceil(untilMs / 1000);
    for (const [known, end] of this.own) if (end * 1000 < this.clock.now()) this.own.delete(known);
    this.own.set(id, until);
    const [first] = this.own.keys();
    if (this.own.size > MOST_NOTES && first !== undefined) this.own.delete(first);
    if (this.store === null) return false;
    const change = { ...this.stale(), [ENDED + id]: String(until) };
    const answer = await this.store.change(change, null);
    return this.take(answer);
  }

  /**
   * Lets one replica only do something, for a short time. `false`: another one does it. Where replicas cannot tell each other
   * it is always `true`.
   */
  async claim(what: string, forMs: number): Promise<boolean> {
    if (this.store === null) return true;
    const key = CLAIMED + what;
    const read = await this.store.read();
    if (!this.take(read) || !read.ok) return true;
    if (Number(read.value.entries.get(key) ?? 0) * 1000 > this.clock.now()) return false;
    const until = String(Math.ceil((this.clock.now() + forMs) / 1000));
    const answer = await this.store.change({ ...this.stale(), [key]: until }, read.value.version);
    if (answer.ok || answer.error.kind !== 'conflict') {
      this.take(answer);
      return true;
    }
    // Somebody wrote in between: only if it was this claim is it lost.
    const again = await this.store.read();
    return !(this.take(again) && this.notes?.entries.has(key) === true);
  }

  private async refresh(): Promise<void> {
    if (this.store === null) return;
    const ageMs = this.clock.now() - this.readMs;
    if (ageMs < READ_AGAIN_MS) return;
    this.reading ??= this.store.read().then((answer) => {
      this.readMs = this.clock.now();
      this.reading = null;
      this.take(answer);
    });
    if (ageMs >= WAIT_MS) await this.reading;
  }

  private take(answer: Awaited<ReturnType<NoteStore['read']>>): boolean {
    if (answer.ok) this.notes = answer.value;
    if (answer.ok === this.isFailing) {
      this.isFailing = !answer.ok;
      const message = answer.ok ? 'which sessions have logged out is shared again' : NOT_SHARED;
      this.warn(message, answer.ok ? {} : { reason: answer.error.message });
    }
    return answer.ok;
  }

  /** What has ended by itself, and what is too much, as changes that take it away. */
  private stale(): Record<string, null> {
    const entries = [...(this.notes?.entries ?? [])].sort((a, b) => Number(a[1]) - Number(b[1]));
    const now = this.clock.now() / 1000;
    const surplus = entries.length + 1 - MOST_NOTES;
    const gone = entries.filter(([, until], index) => index < surplus || !(Number(until) > now));
    return Object.fromEntries(gone.map(([key]) => [key, null]));
  }
}

const NOT_SHARED = 'which sessions have logged out is known to this replica only';
