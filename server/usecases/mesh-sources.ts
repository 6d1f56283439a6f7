import type { Clock, ClusterSource, MetricSource, Observer, TraceSource } from '@/server/ports';

/** What every use case works with. `null`: that source is not configured. */
export interface MeshSources {
  readonly cluster: ClusterSource;
  readonly metrics: MetricSource | null;
  readonly traces: TraceSource | null;
  readonly observer: Observer;
  readonly clock: Clock;
}
