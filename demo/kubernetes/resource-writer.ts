import type { Answer, ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { alreadyExists, badRequest, invalid, methodNotAllowed } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { admitWrite, loadAdmissionRules } from '@/demo/kubernetes/write-admission';
import type { AdmissionRules } from '@/demo/kubernetes/write-admission';
import { applyPatch } from '@/demo/kubernetes/patch';
import { withoutUnknownFields } from '@/demo/kubernetes/field-validation';
import { encodeObject } from '@/demo/kubernetes/object-encoding';
import { askWebhooks } from '@/demo/kubernetes/refusing-webhook';
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

/** One write request with what it needs beside the object. */
interface Write {
  readonly context: ApiContext;
  readonly target: ResourceTarget;
  readonly request: ApiRequest;
  readonly options: WriteOptions;
  readonly rules: AdmissionRules;
}

function track(
  write: Write,
  previous: KubernetesObject | null,
  next: KubernetesObject,
): KubernetesObject {
  const { target, options, context } = write;
  return options.apply === null
    ? trackUpdate(previous, next, target, options, context.store)
    : next;
}

function withoutStatus(object: KubernetesObject): KubernetesObject {
  const { status: _status, ...desired } = object;
  return desired;
}

function storeNew(write: Write, object: KubernetesObject): Answer {
  const { context, target, options, rules } = write;
  const { store } = context;
  const { type } = target;
  if (object.metadata.resourceVersion !== undefined) {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  const { managedFields: _ignored, uid: _uid, ...metadata } = object.metadata;
  const submitted = options.apply === null ? { ...object, metadata } : object;
  const known = withoutUnknownFields(submitted, rules.fields);
  const prepared = store.prepareCreate(type.status ? withoutStatus(known) : known);
  const { name } = prepared.metadata;
  const named = { ...submitted, metadata: { ...submitted.metadata, name } };
  const change = { submitted: named, prepared, current: null };
  const warnings = admitWrite(store, target, change, options, rules);
  askWebhooks(context.webhooks(), 'CREATE', target);
  if (store.get(type.group, type.kind, target.namespace, name) !== null) {
    throw alreadyExists(type, name);
  }
  const tracked = track(write, null, prepared);
  const stored = options.dryRun ? tracked : store.create(tracked);
  return answer(201, stored, target, write.request, warnings);
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
    const { managedFields } = submitted.metadata;
    const guard = version === undefined ? {} : { resourceVersion: version };
    const owners = managedFields === undefined ? {} : { managedFields };
    return {
      ...current,
      status: submitted['status'] ?? {},
      metadata: { ...metadata, ...guard, ...owners },
    };
  }
  if (!target.type.status) return submitted;
  const status = current['status'];
  return { ...withoutStatus(submitted), ...(status === undefined ? {} : { status }) };
}

/** Admits, tracks and stores the change of an object that exists. */
function storeChange(write: Write, current: KubernetesObject, submitted: KubernetesObject): Answer {
  const { context, target, options, rules, request } = write;
  const { store } = context;
  const isWhole = target.subresource !== 'scale';
  const known = isWhole ? withoutUnknownFields(submitted, rules.fields) : submitted;
  const merged = mergeForTarget(current, known, target);
  const prepared = store.prepareUpdate(merged);
  const warnings = admitWrite(store, target, { submitted, prepared, current }, options, rules);
  askWebhooks(context.webhooks(), 'UPDATE', target);
  const tracked = track(write, current, prepared);
  const stored = options.dryRun ? tracked : store.update(tracked);
  return answer(200, stored, target, request, warnings);
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
  const rules = await loadAdmissionRules(target);
  const object = checkEnvelope(submitted, target);
  return storeNew({ context, target, request, options, rules }, object);
}

/** Custom resources cannot be replaced without saying which state was seen. */
function checkVersionGiven(target: ResourceTarget, object: KubernetesObject): void {
  if (!target.type.custom || (object.metadata.resourceVersion ?? '') !== '') return;
  const field = 'metadata.resourceVersion';
  const message = 'Invalid value: 0: must be specified for an update';
  // Here alone the API server names the resource where it names the kind elsewhere.
  const named = { ...target.type, kind: target.type.resource };
  throw invalid(named, target.name, [{ reason: 'FieldValueInvalid', message, field }]);
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
  const rules = await loadAdmissionRules(target);
  const submitted = checkEnvelope(object, target);
  const current = existingObject(context, target);
  checkVersionGiven(target, submitted);
  return storeChange({ context, target, request, options, rules }, current, submitted);
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
  const rules = await loadAdmissionRules(target);
  const { type, namespace, name } = target;
  const current = context.store.get(type.group, type.kind, namespace, name);
  const patched = applyPatch(context.store, target, request.contentType, text, current, options);
  const write = { context, target, request, options, rules };
  return current === null ? storeNew(write, patched) : storeChange(write, current, patched);
}
