import { aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import type { Topology } from '@/mesh/topology/topology';
import { AbsentCluster } from '@/server/adapters/kubernetes/absent-cluster';
import { sourceError } from '@/server/errors';

/** A cluster whose workloads a test sets. */
export class ChangingCluster extends AbsentCluster {
  private known: Topology = aTopology({});
  private readonly listeners = new Set<() => void>();

  constructor() {
    super(sourceError('kubernetes', 'not-configured', 'not asked'), 'istio-system');
  }

  override topology(): Topology {
    return this.known;
  }

  override subscribe(listener: () => void = () => undefined): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** How many watch it. */
  watchers(): number {
    return this.listeners.size;
  }

  /** Workloads of the namespace `team`, each with an app label of so many characters. */
  show(names: readonly string[], labelLength = 1): void {
    const app = 'x'.repeat(labelLength);
    this.become(aTopology({ workloads: names.map((name) => aWorkload('team', name, { app })) }));
  }

  /** Any topology. */
  become(topology: Topology): void {
    this.known = topology;
    for (const listener of this.listeners) listener();
  }
}
