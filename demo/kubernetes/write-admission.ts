import { ApiError, forbidden, notFound } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { readPath } from '@/demo/kubernetes/json';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { validateObject } from '@/demo/kubernetes/object-validation';
import { istioDenial } from '@/demo/kubernetes/istio-webhook';
import { unknownFieldWarnings } from '@/demo/kubernetes/field-validation';
import type { WriteOptions } from '@/demo/kubernetes/write-options';

const NAMESPACE = { group: '', resource: 'namespaces', kind: 'Namespace' };

function checkNamespace(store: ObjectStore, target: ResourceTarget, name: string): void {
  const namespace = store.get('', 'Namespace', '', target.namespace);
  if (namespace === null) throw notFound(NAMESPACE, target.namespace);
  if (readPath(namespace, 'status', 'phase') !== 'Terminating') return;
  const detail = `unable to create new content in namespace ${target.namespace} because it is being terminated`;
  throw forbidden(target.type, name, detail);
}

/**
 * Everything that may refuse a write after it was decoded: unknown fields (`submitted` is what the client sent), the
 * namespace, the schema, Kubernetes' own rules and Istio's webhook. Returns warnings. Throws 400, 403, 404 or 422.
 */
export async function admitWrite(
  store: ObjectStore,
  target: ResourceTarget,
  submitted: KubernetesObject,
  prepared: KubernetesObject,
  current: KubernetesObject | null,
  options: WriteOptions,
): Promise<readonly string[]> {
  const warnings =
    target.subresource === 'scale' ? [] : await unknownFieldWarnings(target, submitted, options);
  if (current === null && target.type.namespaced) {
    checkNamespace(store, target, prepared.metadata.name);
  }
  await validateObject(target, prepared, current);
  const denial = target.subresource === '' ? istioDenial(prepared) : null;
  if (denial !== null) {
    const message = `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${denial}`;
    throw new ApiError(400, 'BadRequest', message);
  }
  return warnings;
}
