import type { SourceError } from '@/server/errors';
import type { JsonObject } from '@/mesh/json';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { Limiter } from '@/server/adapters/kubernetes/limiter';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';

/** What one kind's watch needs from outside. */
export interface KindWatchOptions<Item> {
  readonly client: KubernetesClient;
  readonly kind: ServedKind;
  /** Empty: all namespaces. */
  readonly namespace: string;
  /** Where to look when all namespaces are refused; `null`: nowhere. */
  readonly fallbackNamespace: string | null;
  readonly fieldSelector: string | null;
  /** Through which lists are read, where many watches begin at once; `null`: at once. */
  readonly limiter: Limiter | null;
  /** Slims an object; `null` leaves it out. */
  readonly toItem: (object: JsonObject) => Item | null;
  /** Called after the items or the error have changed. */
  readonly onChange: () => void;
  readonly onRestart: (reason: string) => void;
  readonly random: () => number;
  readonly now: () => number;
}

/** The error a kind has at the moment, and since when. */
export interface KindError {
  readonly error: SourceError;
  readonly sinceMs: number;
}

/** Permission for one namespace where all were asked for, and since when it has been so. */
export interface Narrowing {
  readonly namespace: string;
  readonly sinceMs: number;
}

/** An error of a kind in one namespace; `null`: in the whole cluster. */
export interface ScopedError extends KindError {
  readonly namespace: string | null;
}

/** What is known of the objects of a kind, wherever they are read. */
export interface KindState<Item> {
  /** `true` once all that is asked for was listed or refused. */
  readonly settled: boolean;
  values(): Iterable<Item>;
  errors(): readonly ScopedError[];
  /** The only namespace that may be read, where all were asked for; `null`: nothing is left out. */
  narrowing(): Narrowing | null;
  /** Ends every request under way. */
  stop(): void;
}
