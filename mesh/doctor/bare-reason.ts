import { capturedProxy } from '@/mesh/mtls/captured-proxy';
import type { MeshLabels } from '@/mesh/topology/mesh-labels';
import type { Namespace, Workload } from '@/mesh/topology/topology';

/** Why a pod that lies in the mesh has no proxy. */
export type BareReason = 'opted-out' | 'host-network' | 'no-injector' | 'before-label' | 'unknown';

/**
 * Why pods of a workload have no proxy although the labels ask for one. `revisions` are those that run; `null`: not
 * known. `before-label` only where the API server tells when the label was last written and every bare pod is older.
 */
export function bareReason(
  workload: Workload,
  namespace: Namespace,
  asked: MeshLabels & { readonly isOptOut: boolean },
  revisions: ReadonlySet<string> | null,
): BareReason {
  if (asked.isOptOut) return 'opted-out';
  if (workload.hostNetwork && capturedProxy(workload) === 'none') return 'host-network';
  const bare = workload.barePodsAtMs;
  const setAtMs = namespace.meshLabelsAtMs;
  if (bare !== null && setAtMs !== null && bare.newest < setAtMs) return 'before-label';
  if (asked.mode === 'sidecar' && revisions !== null && !revisions.has(asked.revision)) {
    return 'no-injector';
  }
  return 'unknown';
}
