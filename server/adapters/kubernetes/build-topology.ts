import type { ConfigObject } from '@/mesh/topology/object';
import type { MeshConfig, Namespace, Service, Topology, Workload } from '@/mesh/topology/topology';

/** The parts of a topology; those that did not change are the very ones of the revision before. */
export interface TopologyParts {
  readonly cluster: string;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly services: ReadonlyMap<string, Service>;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly config: ReadonlyMap<string, readonly ConfigObject[]>;
  readonly mesh: MeshConfig;
}

/** Names a revision of the cluster. */
export function toTopology(parts: TopologyParts, revision: number, atMs: number): Topology {
  return { revision, atMs, isRestricted: false, ...parts };
}

/** The picture before anything is known. */
export function emptyTopology(cluster: string, mesh: MeshConfig): Topology {
  return {
    revision: 0,
    atMs: 0,
    cluster,
    isRestricted: false,
    namespaces: new Map(),
    services: new Map(),
    workloads: new Map(),
    config: new Map(),
    mesh,
  };
}
