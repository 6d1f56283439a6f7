import type { Answer, ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { alreadyExists, badRequest, methodNotAllowed } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { admitWrite } from '@/demo/kubernetes/write-admission';
import { applyPatch } from '@/demo/kubernetes/patch';
import { encodeObject } from '@/demo/kubernetes/object-encoding';
import { readBody, readObject } from '@/demo/kubernetes/request-body';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { existingObject } from '@/demo/kubernetes/resource-reader';
import { asScale, withReplicasOf } from '@/demo/kubernetes/scale';
import { readWriteOptions } from '@/demo/kubernetes/write-options';
import type { WriteOptions } from '@/demo/kubernetes/write-options';
import { trackUpdate } from '@/demo/kubernetes/managed-fields';
import { checkEnvelope } from '@/demo/kubernetes/write-envelope';

function answer(
  code: number,
  object: KubernetesObject,
  target: ResourceTarget,
  request: ApiRequest,
  warnings: readonly string[],
): Answer {
  const body =
    target.subresource === 'scale' ? asScale(object) : encodeObject(object, target, request.accept);
  return { code, body, warnings };
}

/** Answers POST of a collection. */
export async function createResource(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
): Promise<Answer> {
  if (target.name !== '') throw methodNotAllowed();
  const options = readWriteOptions(request);
  const { incoming, contentType } = request;
  const submitted = await readObject(incoming, contentType, context.maxBodyBytes);
  const object = checkEnvelope(submitted, target);
  return storeNew(context, target, request, object, options);
}

async function storeNew(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
  object: KubernetesObject,
  options: WriteOptions,
): Promise<Answer> {
  const { type } = target;
  if (object.metadata.resourceVersion) {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  const { managedFields: _ignored, uid: _uid, ...metadata } = object.metadata;
  const submitted: KubernetesObject = options.apply === null ? { ...object, metadata } : object;
  const { status: _status, ...desired } = submitted;
  const prepared = context.store.prepareCreate(
    (type.status ? desired : submitted) as KubernetesObject,
  );
  const named = { ...submitted, metadata: { ...metadata, name: prepared.metadata.name } };
  const warnings = await admitWrite(context.store, target, named, prepared, null, options);
  const exists = context.store.get(type.group, type.kind, target.namespace, prepared.metadata.name);
  if (exists !== null) throw alreadyExists(type, prepared.metadata.name);
  const tracked =
    options.apply === null ? trackUpdate(null, prepared, target, options, context.store) : prepared;
  const stored = options.dryRun ? tracked : context.store.create(tracked);
  return answer(201, stored, target, request, warnings);
}

/** The parts of `submitted` that a write to this target may change, on top of `current`. */
function mergeForTarget(
  current: KubernetesObject,
  submitted: KubernetesObject,
  target: ResourceTarget,
): KubernetesObject {
  if (target.subresource === 'scale') return withReplicasOf(current, submitted);
  const version = submitted.metadata.resourceVersion;
  if (target.subresource === 'status') {
    const { resourceVersion: _current, ...metadata } = current.metadata;
    const guarded = version === undefined ? metadata : { ...metadata, resourceVersion: version };
    return { ...current, status: submitted['status'] ?? {}, metadata: guarded };
  }
  if (!target.type.status) return submitted;
  const { status: _status, ...desired } = submitted;
  const status = current['status'];
  return { ...desired, ...(status === undefined ? {} : { status }) } as KubernetesObject;
}

/** Admits, tracks and stores the change of an object that exists. */
async function storeChange(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
  current: KubernetesObject,
  submitted: KubernetesObject,
  options: WriteOptions,
): Promise<Answer> {
  const merged = mergeForTarget(current, submitted, target);
  const prepared = context.store.prepareUpdate(merged);
  const warnings = await admitWrite(context.store, target, submitted, prepared, current, options);
  const tracked =
    options.apply === null
      ? trackUpdate(current, prepared, target, options, context.store)
      : prepared;
  const guarded = { ...tracked, metadata: { ...tracked.metadata, ...resourceVersionOf(merged) } };
  const stored = options.dryRun ? tracked : context.store.update(guarded);
  return answer(200, stored, target, request, warnings);
}

function resourceVersionOf(object: KubernetesObject): { resourceVersion?: string } {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

/** Answers PUT of an object or of its status or scale. */
export async function updateResource(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
): Promise<Answer> {
  if (target.name === '') throw methodNotAllowed();
  const options = readWriteOptions(request);
  const { incoming, contentType } = request;
  const object = await readObject(incoming, contentType, context.maxBodyBytes);
  const submitted = checkEnvelope(object, target);
  const current = existingObject(context, target);
  return storeChange(context, target, request, current, submitted, options);
}

/** Answers PATCH of an object or of its status or scale, in any of the four patch types. */
export async function patchResource(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
): Promise<Answer> {
  if (target.name === '') throw methodNotAllowed();
  const text = await readBody(request.incoming, context.maxBodyBytes);
  const options = readWriteOptions(request);
  const { type, namespace, name } = target;
  const current = context.store.get(type.group, type.kind, namespace, name);
  const patched = applyPatch(context.store, target, request.contentType, text, current, options);
  if (current === null) return storeNew(context, target, request, patched, options);
  return storeChange(context, target, request, current, patched, options);
}
