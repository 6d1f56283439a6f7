import type { SplitApplyResponse } from '@/contract/split-apply';
import type { SplitsResponse } from '@/contract/splits';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';

/** What came back for one write. */
export interface WrittenWeights {
  readonly path: string;
  readonly wanted: readonly number[];
  /** HTTP status; 0 when the connection broke. */
  readonly status: number;
  /** What Fanari answered; `null` when it was no success. */
  readonly answer: SplitApplyResponse | null;
  /** The answer's text, when it was no success. */
  readonly failure: string | null;
}

/** Path of a VirtualService in the Kubernetes API. */
export function routePath({ namespace, name }: WeightChange['object']): string {
  return `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/${name}`;
}

/** Splits of two destinations in VirtualServices that people may change, one of each object. */
export async function readTwoWaySplits(fanariUrl: string): Promise<readonly TrafficSplit[]> {
  const response = await fetch(`${fanariUrl}/api/v1/splits`);
  if (!response.ok) throw new Error(`splits: ${response.status} ${await response.text()}`);
  const { splits } = (await response.json()) as SplitsResponse;
  const seen = new Set<string>();
  return splits.filter(({ object, destinations, warnings }) => {
    const isFirst = !seen.has(routePath(object));
    const isFree = warnings.every(({ blocks }) => !blocks);
    const isFit = isFree && object.kind === 'VirtualService' && destinations.length === 2;
    if (isFirst && isFit) seen.add(routePath(object));
    return isFirst && isFit;
  });
}

/** A change of a split from the weights that were seen. */
export function changeTo(
  { object, apiVersion, rulePointer, ruleText, destinations }: TrafficSplit,
  seen: readonly (number | null)[],
  wanted: readonly number[],
): WeightChange {
  return {
    ...{ object, apiVersion, rulePointer, ruleText, wanted },
    seen: destinations.map(({ host, subset, port }, index) => {
      return { host, subset, port, weight: seen[index] ?? null };
    }),
  };
}

/** One user's browser that changes one split again and again, each time from what it was told last. */
export class WeightWriter {
  /** Everything that was asked for, in order. */
  readonly written: WrittenWeights[] = [];
  private known: readonly (number | null)[];
  private isBusy = false;

  constructor(
    private readonly fanariUrl: string,
    private readonly split: TrafficSplit,
  ) {
    this.known = split.destinations.map(({ weight }) => weight);
  }

  get path(): string {
    return routePath(this.split.object);
  }

  /** Writes other weights than the last; `false` while the write before has no answer yet. */
  begin(): boolean {
    if (this.isBusy) return false;
    this.isBusy = true;
    const first = ((this.known[0] ?? 0) + 7) % 100;
    void this.write([first, 100 - first]).finally(() => (this.isBusy = false));
    return true;
  }

  /** Whether every write has its answer. */
  isIdle(): boolean {
    return !this.isBusy;
  }

  private async write(wanted: readonly number[]): Promise<void> {
    const change = changeTo(this.split, this.known, wanted);
    const { path } = this;
    try {
      const response = await fetch(`${this.fanariUrl}/api/v1/splits/apply`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ change }),
      });
      const { status, ok } = response;
      const text = await response.text();
      const answer = ok ? (JSON.parse(text) as SplitApplyResponse) : null;
      this.written.push({ path, wanted, status, answer, failure: ok ? null : text });
      if (ok) this.known = wanted;
    } catch (caught) {
      const failure = String((caught as Error).cause ?? caught);
      this.written.push({ path, wanted, status: 0, answer: null, failure });
    }
  }
}
