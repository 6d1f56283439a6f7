import type { KindWatch } from '@/server/adapters/kubernetes/kind-watch';
import type { KindState, ScopedError } from '@/server/adapters/kubernetes/kind-watch-options';

/**
 * The objects of one kind in some namespaces, each with a watch of its own: what one namespace refuses or loses leaves
 * the others as they are.
 */
export class JoinedWatch<Item> implements KindState<Item> {
  constructor(private readonly watches: ReadonlyMap<string, KindWatch<Item>>) {}

  get settled(): boolean {
    return [...this.watches.values()].every(({ settled }) => settled);
  }

  /** The watch of one namespace; `null` where it has none. */
  watchIn(namespace: string): KindWatch<Item> | null {
    return this.watches.get(namespace) ?? null;
  }

  *values(): Generator<Item> {
    for (const watch of this.watches.values()) yield* watch.values();
  }

  errors(): readonly ScopedError[] {
    return [...this.watches].flatMap(([namespace, { error }]) =>
      error === null ? [] : [{ ...error, namespace }],
    );
  }

  /** Nothing beyond these namespaces was asked for. */
  narrowing(): null {
    return null;
  }

  stop(): void {
    for (const watch of this.watches.values()) watch.stop();
  }
}
