import {
  ApiError,
  badRequest,
  invalid,
  notFound,
  unsupportedMediaType,
} from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { isObject } from '@/demo/kubernetes/json';
import { atVersion } from '@/demo/kubernetes/object-encoding';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import { applyJsonPatch } from '@/demo/kubernetes/patch-json';
import { applyMergePatch } from '@/demo/kubernetes/patch-merge';
import { applyStrategicMergePatch } from '@/demo/kubernetes/patch-strategic';
import { APPLY_PATCH, JSON_PATCH, MERGE_PATCH, patchTypesOf } from '@/demo/kubernetes/patch-types';
import { isYaml, mediaType, parseText, toKubernetesObject } from '@/demo/kubernetes/request-body';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { asScale } from '@/demo/kubernetes/scale';
import { serverSideApply } from '@/demo/kubernetes/server-side-apply';
import { checkEnvelope } from '@/demo/kubernetes/write-envelope';
import type { WriteOptions } from '@/demo/kubernetes/write-options';

/** What patches see: the object at the requested version, or its Scale. */
function patchable(current: KubernetesObject, target: ResourceTarget): KubernetesObject {
  if (target.subresource !== 'scale') return atVersion(current, target);
  return toKubernetesObject(asScale(current));
}

function patchedValue(
  type: string,
  target: ResourceTarget,
  before: KubernetesObject,
  patch: unknown,
): unknown {
  if (type === JSON_PATCH) return applyJsonPatch(before, patch);
  if (!isObject(patch)) throw badRequest('error decoding patch: the patch is not an object');
  if (type === MERGE_PATCH) return applyMergePatch(before, patch);
  return applyStrategicMergePatch(before, patch, target.type);
}

function checkIdentity(
  before: KubernetesObject,
  after: KubernetesObject,
  target: ResourceTarget,
): void {
  const asked = after.metadata.uid;
  if (asked !== undefined && asked !== before.metadata.uid) {
    const cause = {
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(asked)}: field is immutable`,
      field: 'metadata.uid',
    };
    // The rules of the object and those of custom objects both find it.
    throw invalid(target.type, target.name, [cause, cause]);
  }
}

/**
 * The object after a patch, not yet admitted or stored. A patch without `metadata.resourceVersion` applies to whatever
 * is current. Throws 404 when there is no object (except for apply, which then creates one), 415 for patch types that
 * the kind does not know, and what the patch itself fails with.
 */
export function applyPatch(
  store: ObjectStore,
  target: ResourceTarget,
  contentType: string,
  text: string,
  current: KubernetesObject | null,
  options: WriteOptions,
): KubernetesObject {
  const type = mediaType(contentType);
  const accepted = patchTypesOf(target.type);
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  const patch = parseText(text, isYaml(type));
  if (type === APPLY_PATCH) {
    if (target.subresource === 'scale') throw badRequest('apply is not offered for scale');
    return serverSideApply(store, target, patch, current, options);
  }
  if (current === null) throw notFound(target.type, target.name);
  const before = patchable(current, target);
  const after = decodePatched(patchedValue(type, target, before, patch));
  checkIdentity(before, after, target);
  return checkEnvelope(after, target);
}

function decodePatched(value: unknown): KubernetesObject {
  try {
    return toKubernetesObject(value);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(422, 'Invalid', error.message);
  }
}
