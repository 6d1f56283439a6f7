import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';

/** One change of one object. `object` is the state after it (for a deletion the last state, with the new version). */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resourceVersion: number;
  /** `group/Kind`. */
  readonly collection: string;
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | null;
}

/**
 * The newest changes of the store, so that watches and paged lists can start in the past. Older ones are forgotten, as
 * etcd's compaction does.
 */
export class WatchHistory {
  #events: StoreEvent[] = [];
  /** Changes after this resource version are known. */
  #oldest: number;

  constructor(
    private readonly limit: number,
    start: number,
  ) {
    this.#oldest = start;
  }

  /** The oldest resource version from which {@link since} can answer. */
  get oldest(): number {
    return this.#oldest;
  }

  add(event: StoreEvent): void {
    this.#events.push(event);
    // Trimming in blocks keeps adding cheap.
    if (this.#events.length > this.limit * 1.25) this.#trim(this.limit);
  }

  /** Changes after `resourceVersion`, oldest first; `null` when some of them are forgotten. */
  since(resourceVersion: number): readonly StoreEvent[] | null {
    if (resourceVersion < this.#oldest) return null;
    return this.#events.slice(this.#firstAfter(resourceVersion));
  }

  /** Forgets everything up to `current`. */
  expire(current: number): void {
    this.#events = [];
    this.#oldest = current;
  }

  #trim(keep: number): void {
    const dropped = this.#events.length - keep;
    this.#oldest = this.#events[dropped - 1]?.resourceVersion ?? this.#oldest;
    this.#events = this.#events.slice(dropped);
  }

  #firstAfter(resourceVersion: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.resourceVersion ?? 0) > resourceVersion) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
