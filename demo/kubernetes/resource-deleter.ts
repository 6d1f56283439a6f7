import type { Answer, ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { badRequest, conflict } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, isObject, numberOf, readPath } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { listPage } from '@/demo/kubernetes/list-page';
import { encodeList, encodeObject } from '@/demo/kubernetes/object-encoding';
import { askWebhooks } from '@/demo/kubernetes/refusing-webhook';
import { isYaml, mediaType, parseText, readBody } from '@/demo/kubernetes/request-body';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { existingObject } from '@/demo/kubernetes/resource-reader';
import { isDryRun } from '@/demo/kubernetes/write-options';

interface DeleteOptions {
  readonly dryRun: boolean;
  readonly graceSeconds: number | null;
  readonly propagation: string;
  readonly preconditions: JsonObject;
}

async function readDeleteOptions(context: ApiContext, request: ApiRequest): Promise<DeleteOptions> {
  const text = await readBody(request.incoming, context.maxBodyBytes);
  const body = text.trim() === '' ? {} : parseText(text, isYaml(mediaType(request.contentType)));
  if (!isObject(body)) throw badRequest('the body of a delete must be DeleteOptions');
  const { query } = request;
  const fromQuery = query.get('gracePeriodSeconds');
  const grace = fromQuery === null ? body['gracePeriodSeconds'] : Number(fromQuery);
  const orphans = body['orphanDependents'] === true || query.get('orphanDependents') === 'true';
  const policy = query.get('propagationPolicy') ?? body['propagationPolicy'];
  const dryRun = isDryRun(request, [...query.getAll('dryRun'), ...arrayOf(body['dryRun'])]);
  return {
    dryRun,
    graceSeconds: typeof grace === 'number' && grace >= 0 ? grace : null,
    propagation: typeof policy === 'string' ? policy : orphans ? 'Orphan' : 'Background',
    preconditions: isObject(body['preconditions']) ? body['preconditions'] : {},
  };
}

function checkPreconditions(
  object: KubernetesObject,
  target: ResourceTarget,
  wanted: JsonObject,
): void {
  for (const [key, field] of [
    ['uid', 'UID'],
    ['resourceVersion', 'ResourceVersion'],
  ] as const) {
    const expected = wanted[key];
    if (typeof expected !== 'string' || expected === object.metadata[key]) continue;
    const actual = object.metadata[key] ?? '';
    const detail =
      `the ${field} in the precondition (${expected}) does not match the ${field} in record (${actual}). ` +
      'The object might have been deleted and then recreated';
    // The one conflict that names the kind where all others name the resource.
    const { type } = target;
    throw conflict({ ...type, resource: type.kind }, object.metadata.name, detail);
  }
}

function graceOf(context: ApiContext, object: KubernetesObject, options: DeleteOptions): number {
  if (object.kind !== 'Pod' || !context.store.hasKubelet) return 0;
  const own = numberOf(readPath(object, 'spec', 'terminationGracePeriodSeconds'), 30);
  return options.graceSeconds ?? own;
}

function deleteOne(
  context: ApiContext,
  target: ResourceTarget,
  object: KubernetesObject,
  options: DeleteOptions,
): KubernetesObject {
  checkPreconditions(object, target, options.preconditions);
  askWebhooks(context.webhooks(), 'DELETE', target);
  if (options.dryRun) return object;
  const { type } = target;
  const { namespace = '', name } = object.metadata;
  if (options.propagation === 'Orphan') context.store.orphanDependents(object);
  return context.store.delete(type.group, type.kind, namespace, name, {
    graceSeconds: graceOf(context, object, options),
    foreground: options.propagation === 'Foreground',
  });
}

/** Core kinds of which the API server gives the object back that it deleted. */
const GIVEN_BACK = new Set(['Pod', 'Service', 'ServiceAccount', 'PersistentVolumeClaim']);

/** Answers DELETE of one object: a Status when it is gone, the object while it is still terminating. */
export async function deleteResource(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
): Promise<Answer> {
  const options = await readDeleteOptions(context, request);
  const last = deleteOne(context, target, existingObject(context, target), options);
  const { type } = target;
  const isTerminating = last.metadata.deletionTimestamp !== undefined;
  if (isTerminating || (type.group === '' && GIVEN_BACK.has(type.kind))) {
    return { code: 200, body: encodeObject(last, target, request.accept) };
  }
  const group = type.group === '' ? {} : { group: type.group };
  const details = {
    name: last.metadata.name,
    ...group,
    kind: type.resource,
    uid: last.metadata.uid,
  };
  return {
    code: 200,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
  };
}

/** Answers DELETE of a collection: the list of what was deleted. */
export async function deleteCollection(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
): Promise<Answer> {
  const options = await readDeleteOptions(context, request);
  const page = listPage(context.store, target, request.query);
  for (const object of page.items) deleteOne(context, target, object, options);
  return { code: 200, body: encodeList(page, target, request.accept) };
}
