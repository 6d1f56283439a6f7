import type { GraphStreamEvent } from '@/server/usecases/graph-stream-event';

/** So many deltas are kept for clients that come back, and no more text than this: a big mesh's delta has megabytes. */
const MOST = 20;
const MOST_CHARACTERS = 4_000_000;

/** The latest deltas of one channel, each with its id, for clients that come back. */
export class GraphHistory {
  private deltas: readonly GraphStreamEvent[] = [];
  private sequence = 0;
  private whole: GraphStreamEvent | null = null;

  constructor(
    /** Begins each id. */
    private readonly epoch: string,
  ) {}

  /** Gives a delta its id and keeps it. */
  add(data: string): GraphStreamEvent {
    this.sequence += 1;
    const event = { id: this.idOf(this.sequence), event: 'delta', data } as const;
    this.deltas = newest([...this.deltas, event]);
    this.whole = null;
    return event;
  }

  /** The deltas after an event; where it is unknown, or too long ago, the whole graph, whose JSON is given. */
  since(lastEventId: string | null, json: string): readonly GraphStreamEvent[] {
    for (let missed = 0; missed <= this.deltas.length; missed += 1) {
      if (lastEventId !== this.idOf(this.sequence - missed)) continue;
      return this.deltas.slice(this.deltas.length - missed);
    }
    if (this.whole?.data !== json) {
      this.whole = { id: this.idOf(this.sequence), event: 'graph', data: json };
    }
    return [this.whole];
  }

  /** Roughly what it holds in memory, bytes. */
  heldBytes(): number {
    return this.deltas.reduce((sum, { data }) => sum + data.length, 0);
  }

  private idOf(sequence: number): string {
    return `${this.epoch}-${sequence}`;
  }
}

function newest(events: readonly GraphStreamEvent[]): readonly GraphStreamEvent[] {
  let characters = 0;
  const kept = events.slice(-MOST).reverse();
  const end = kept.findIndex(({ data }) => (characters += data.length) > MOST_CHARACTERS);
  return (end === -1 ? kept : kept.slice(0, end)).reverse();
}
