import type { ClusterReader } from '@/server/ports';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import type { TelemetryWindows } from '@/server/usecases/telemetry-window';

/** What all who may see the same share: the picture, the figures and the traces. */
export interface SharedView {
  /** Equal keys see the same. */
  readonly key: string;
  readonly sources: Omit<MeshSources, 'cluster'> & { readonly cluster: ClusterReader };
  readonly windows: TelemetryWindows;
}

/** What one viewer works with. */
export interface MeshView {
  readonly shared: SharedView;
  readonly sources: MeshSources;
  readonly windows: TelemetryWindows;
}
