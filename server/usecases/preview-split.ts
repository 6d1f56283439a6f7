import type { Problem } from '@/contract/problem';
import type { SplitPreviewResponse } from '@/contract/split-preview';
import { ok, type Result } from '@/mesh/result';
import type { WeightChange } from '@/mesh/splits/split';
import type { CallOptions, PatchFault } from '@/server/ports';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { planSplit } from '@/server/usecases/plan-split';

/** What a failed dry-run means for people. */
export function messageOf(fault: PatchFault): string {
  return fault.kind === 'source' ? fault.error.message : fault.message;
}

/** Plans a change, has the API server try it without storing, and asks whether that may be written. */
export async function previewSplit(
  sources: MeshSources,
  change: WeightChange,
  options: CallOptions,
): Promise<Result<SplitPreviewResponse, Problem>> {
  const planned = await planSplit(sources, change, options);
  if (!planned.ok) return planned;
  const { object, plan, after, warnings } = planned.value;
  const { cluster } = sources;
  const { object: ref, apiVersion } = change;
  const [tried, allowed] = await Promise.all([
    cluster.patchObject({ ref, apiVersion, patch: plan.patch, dryRun: true }, options),
    cluster.mayWrite('patch', ref, options),
  ]);
  return ok({
    plan,
    resourceVersion: object.config.meta.resourceVersion,
    before: cluster.toYaml(object.raw),
    after: cluster.toYaml(after),
    warnings,
    dryRun: tried.ok ? { ok: true, message: null } : { ok: false, message: messageOf(tried.error) },
    permitted: allowed.ok ? allowed.value : null,
  });
}
