import type { Result } from '@/mesh/result';
import { backoffMs, waitMs } from '@/server/adapters/kubernetes/backoff';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import {
  discoverCoreKinds,
  discoverKinds,
  type ServedKind,
} from '@/server/adapters/kubernetes/discovery';
import type { KindError, KindState } from '@/server/adapters/kubernetes/kind-watch-options';
import type { SourceError } from '@/server/errors';

/** One request each time; so long does a new kind take to be seen. */
const REDISCOVER_MS = 30_000;

/** A kind that the cluster serves, and its watch. */
export interface KindEntry<Item> {
  readonly kind: ServedKind;
  readonly watch: KindState<Item>;
}

/** What a {@link KindRegistry} needs from outside. */
export interface KindRegistryOptions<Item> {
  readonly client: KubernetesClient;
  /** Starts the watch of a kind, with what its predecessor in another version held; `null` without predecessor. */
  readonly startWatch: (kind: ServedKind, before: KindState<Item> | null) => KindState<Item>;
  /** Called after a kind was dropped. */
  readonly onDrop: (kind: ServedKind) => void;
  /** Called after the discovery error has changed. */
  readonly onError: () => void;
  /** Called after each discovery that succeeded. */
  readonly onDiscovered: () => Promise<void>;
  readonly random: () => number;
  readonly now: () => number;
}

/**
 * Which of the watched kinds the cluster serves, asked again and again. A kind is dropped, with its objects, only when
 * two complete answers in a row lack it: an API server that comes back may not yet know its CRDs.
 */
export class KindRegistry<Item> {
  readonly entries = new Map<string, KindEntry<Item>>();
  error: KindError | null = null;
  /** `true` once discovery succeeded. */
  discovered = false;
  private readonly missing = new Set<string>();

  constructor(private readonly options: KindRegistryOptions<Item>) {}

  /** Discovers until the signal fires; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { client, random } = this.options;
    let failures = 0;
    let core: Result<readonly ServedKind[], SourceError> | null = null;
    while (!signal.aborted) {
      if (core?.ok !== true) core = await discoverCoreKinds(client, signal);
      const kinds = core.ok ? await discoverKinds(client, core.value, signal) : core;
      if (kinds.ok) {
        failures = 0;
        this.fail(null);
        this.adopt(kinds.value);
        await this.options.onDiscovered();
        await waitMs(REDISCOVER_MS * (0.8 + 0.4 * random()), signal);
      } else if (kinds.error.kind !== 'aborted') {
        failures += 1;
        this.fail(kinds.error);
        await waitMs(backoffMs(failures, random()), signal);
      }
    }
  }

  /** Ends every watch. */
  stop(): void {
    for (const { watch } of this.entries.values()) watch.stop();
  }

  private fail(error: SourceError | null): void {
    if (error === null && this.error === null) return;
    const sinceMs = this.error?.sinceMs ?? this.options.now();
    this.error = error === null ? null : { error, sinceMs };
    this.options.onError();
  }

  private adopt(kinds: ReadonlyMap<string, ServedKind>): void {
    for (const [key, { kind, watch }] of this.entries) {
      if (kinds.has(key)) this.missing.delete(key);
      else if (this.missing.delete(key)) {
        watch.stop();
        this.entries.delete(key);
        this.options.onDrop(kind);
      } else this.missing.add(key);
    }
    for (const [key, kind] of kinds) {
      const before = this.entries.get(key);
      if (before?.kind.version === kind.version && before.kind.plural === kind.plural) continue;
      this.entries.set(key, { kind, watch: this.options.startWatch(kind, before?.watch ?? null) });
      before?.watch.stop();
    }
    this.discovered = true;
  }
}
