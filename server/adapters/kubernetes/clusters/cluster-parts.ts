import type { ConfigObject } from '@/mesh/topology/object';
import type { Namespace, Service, Topology, Workload } from '@/mesh/topology/topology';

/** What a cluster holds, each thing with the name of its cluster. */
export interface ClusterParts {
  readonly atMs: number;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly services: ReadonlyMap<string, Service>;
  readonly workloads: readonly Workload[];
  readonly config: ReadonlyMap<string, readonly ConfigObject[]>;
}

/**
 * Puts a cluster's name onto what it holds. What has not changed since the last time is not made again, so that a change costs
 * what has changed.
 */
export class ClusterPartsMaker {
  private readonly named = new Map<string, Naming>();

  /** The parts of a topology under a name. */
  parts(topology: Topology, cluster: string): ClusterParts {
    const naming = this.named.get(cluster) ?? new Naming(cluster);
    // A cluster has one name at a time.
    if (!this.named.has(cluster)) this.named.clear();
    this.named.set(cluster, naming);
    return {
      atMs: topology.atMs,
      namespaces: naming.map(topology.namespaces),
      services: naming.map(topology.services),
      workloads: naming.values(topology.workloads),
      config: naming.lists(topology.config),
    };
  }
}

/** Things with one cluster's name on them, for as long as those without it live. */
class Naming {
  private readonly made = new WeakMap<object, object>();

  constructor(private readonly cluster: string) {}

  map<T extends object>(items: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
    return this.once(items, () => {
      const named = new Map<string, T>();
      for (const [key, item] of items) named.set(key, this.name(item));
      return named;
    });
  }

  values<T extends object>(items: ReadonlyMap<string, T>): readonly T[] {
    return this.once(items, () => [...items.values()].map((item) => this.name(item)));
  }

  lists<T extends object>(
    items: ReadonlyMap<string, readonly T[]>,
  ): ReadonlyMap<string, readonly T[]> {
    return this.once(items, () => {
      const named = new Map<string, readonly T[]>();
      for (const [key, list] of items) {
        named.set(
          key,
          list.map((item) => this.name(item)),
        );
      }
      return named;
    });
  }

  private name<T extends object>(item: T): T {
    return this.once(item, () => ({ ...item, cluster: this.cluster }));
  }

  private once<T extends object>(key: object, make: () => T): T {
    const known = this.made.get(key);
    if (known !== undefined) return known as T;
    const made = make();
    this.made.set(key, made);
    return made;
  }
}
