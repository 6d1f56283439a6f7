import { fail, ok, type Result } from '@/mesh/result';
import type { JsonObject } from '@/mesh/json';
import { toApiFault } from '@/server/adapters/kubernetes/api-fault';
import { waitMs } from '@/server/adapters/kubernetes/backoff';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import { pathOf, type ServedKind } from '@/server/adapters/kubernetes/discovery';
import type {
  KindError,
  KindState,
  ScopedError,
} from '@/server/adapters/kubernetes/kind-watch-options';
import type { Limiter } from '@/server/adapters/kubernetes/limiter';
import { sameItem } from '@/server/adapters/kubernetes/list-page';
import { asRecord } from '@/server/adapters/parse-json';
import { sourceError, type SourceError } from '@/server/errors';

/** So long a label that has changed takes to be seen. */
const AGAIN_MS = 60_000;

/** What {@link NamespaceReads} need from outside. */
export interface NamespaceReadsOptions<Item> {
  readonly client: KubernetesClient;
  /** The kind `Namespace` as the cluster serves it. */
  readonly kind: ServedKind;
  readonly names: readonly string[];
  readonly toItem: (object: JsonObject) => Item | null;
  readonly onChange: () => void;
  readonly limiter: Limiter;
  readonly random: () => number;
  readonly now: () => number;
}

/**
 * Some namespaces, each read by its name once a minute: a Role in a namespace may allow that, where listing and watching
 * namespaces needs a ClusterRole. One that may not be read has no item and is no error; one that is not there is.
 */
export class NamespaceReads<Item> implements KindState<Item> {
  settled = false;
  private readonly items = new Map<string, Item>();
  private readonly faults = new Map<string, KindError>();
  private readonly stopper = new AbortController();

  constructor(private readonly options: NamespaceReadsOptions<Item>) {}

  values(): Iterable<Item> {
    return this.items.values();
  }

  errors(): readonly ScopedError[] {
    return [...this.faults].map(([namespace, fault]) => ({ ...fault, namespace }));
  }

  narrowing(): null {
    return null;
  }

  stop(): void {
    this.stopper.abort();
  }

  /** Reads until {@link stop}; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.stopper;
    const { names, limiter, random } = this.options;
    while (!signal.aborted) {
      await Promise.all(names.map(async (name) => limiter.run(async () => this.read(name))));
      if (!this.settled) {
        this.settled = true;
        this.options.onChange();
      }
      await waitMs(AGAIN_MS * (0.8 + 0.4 * random()), signal);
    }
  }

  private async read(name: string): Promise<void> {
    const { signal } = this.stopper;
    if (signal.aborted) return;
    const answer = await this.get(name, signal);
    if (!answer.ok && answer.error.kind === 'aborted') return;
    if (answer.ok) this.take(name, answer.value);
    // Gone, or no longer allowed. While the API server is away what was known stays.
    else if (['forbidden', 'not-found'].includes(answer.error.kind)) this.take(name, null);
    const error = answer.ok || answer.error.kind === 'forbidden' ? null : answer.error;
    this.fail(name, error);
  }

  private async get(name: string, signal: AbortSignal): Promise<Result<Item | null, SourceError>> {
    const { client, kind, toItem } = this.options;
    const call = { method: 'GET', path: pathOf(kind, '', name) } as const;
    const answer = await client.call('get', call, signal);
    if (!answer.ok) return answer;
    if (answer.value.status === 404) {
      const message = `There is no namespace ${name} in this cluster`;
      return fail(sourceError('kubernetes', 'not-found', message));
    }
    if (answer.value.status !== 200) return fail(toApiFault(answer.value, 'a namespace'));
    const object = asRecord(answer.value.body);
    return ok(object === null ? null : toItem(object as JsonObject));
  }

  private take(name: string, item: Item | null): void {
    const before = this.items.get(name);
    if (item === null ? before === undefined : sameItem(before, item)) return;
    if (item === null) this.items.delete(name);
    else this.items.set(name, item);
    if (this.settled) this.options.onChange();
  }

  private fail(name: string, error: SourceError | null): void {
    const before = this.faults.get(name);
    if (before?.error.kind === error?.kind) return;
    if (error === null) this.faults.delete(name);
    else this.faults.set(name, { error, sinceMs: this.options.now() });
    if (this.settled) this.options.onChange();
  }
}
