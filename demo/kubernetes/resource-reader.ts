import { STREAMING } from '@/demo/kubernetes/api-context';
import type { Answer, ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { notFound } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { checkListOptions } from '@/demo/kubernetes/list-options';
import { listPage } from '@/demo/kubernetes/list-page';
import { encodeList, encodeObject } from '@/demo/kubernetes/object-encoding';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { streamWatch } from '@/demo/kubernetes/watch-stream';

/** The object that a request path names. Throws 404. */
export function existingObject(context: ApiContext, target: ResourceTarget): KubernetesObject {
  const { type, namespace, name } = target;
  const object = context.store.get(type.group, type.kind, namespace, name);
  if (object === null) throw notFound(type, name);
  return object;
}

/** Answers GET: one object, a list, or a watch. */
export function readResource(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
): Answer | typeof STREAMING {
  const watch = request.query.get('watch');
  if (watch === 'true' || watch === '1') {
    checkListOptions(request.query, true);
    streamWatch(context, target, request, (object) => encodeObject(object, target, request.accept));
    return STREAMING;
  }
  if (target.name !== '') {
    const body = encodeObject(existingObject(context, target), target, request.accept);
    return { code: 200, body };
  }
  checkListOptions(request.query, false);
  const page = listPage(context.store, target, request.query);
  return { code: 200, body: encodeList(page, target, request.accept) };
}
