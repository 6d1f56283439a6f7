import type { GraphView } from '@/mesh/graph/graph';
import type { SourceGap } from '@/mesh/gap';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { Topology } from '@/mesh/topology/topology';
import type { TrafficSplit } from '@/mesh/splits/split';

/** Everything that a graph is made of. */
export interface GraphInputs {
  readonly topology: Topology;
  /** `null`: no metrics; the topology is then drawn without figures. */
  readonly telemetry: TelemetrySnapshot | null;
  readonly view: GraphView;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly gaps: readonly SourceGap[];
  /** From `findSplits` on the same topology; which gives service nodes, handles and edges without traffic. */
  readonly splits: readonly TrafficSplit[];
  /** The window asked for, seconds; told when there is no telemetry to know it from. 0 when absent. */
  readonly windowSeconds?: number;
}
