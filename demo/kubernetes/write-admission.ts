import { ApiError, forbidden, notFound } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { readPath } from '@/demo/kubernetes/json';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import { schemaModuleOf } from '@/demo/kubernetes/request-target';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { schemaValidator } from '@/demo/kubernetes/schema-validator';
import type { SchemaValidator } from '@/demo/kubernetes/schema-validator';
import { validateObject } from '@/demo/kubernetes/object-validation';
import { istioDenial } from '@/demo/kubernetes/istio-webhook';
import { loadFieldRules, unknownFieldWarnings } from '@/demo/kubernetes/field-validation';
import type { FieldRules } from '@/demo/kubernetes/field-validation';
import type { WriteOptions } from '@/demo/kubernetes/write-options';

const NAMESPACE = { group: '', resource: 'namespaces', kind: 'Namespace' };

function checkNamespace(store: ObjectStore, target: ResourceTarget, name: string): void {
  const namespace = store.get('', 'Namespace', '', target.namespace);
  if (namespace === null) throw notFound(NAMESPACE, target.namespace);
  if (readPath(namespace, 'status', 'phase') !== 'Terminating') return;
  const detail = `unable to create new content in namespace ${target.namespace} because it is being terminated`;
  throw forbidden(target.type, name, detail);
}

/** What judges writes to one version of a kind. Loading it is the only part of a write that takes time. */
export interface AdmissionRules {
  readonly validate: SchemaValidator | null;
  readonly fields: FieldRules | null;
}

/** Loads the rules of a target, so that the write itself is one synchronous step that no other write can interrupt. */
export async function loadAdmissionRules(target: ResourceTarget): Promise<AdmissionRules> {
  const module = schemaModuleOf(target);
  return {
    validate: module === null ? null : await schemaValidator(module),
    fields: await loadFieldRules(target),
  };
}

/**
 * Everything that may refuse a write after it was decoded: unknown fields (`submitted` is what the client sent), the
 * namespace, the schema, Kubernetes' own rules and Istio's webhook. Returns warnings. Throws 400, 403, 404 or 422.
 */
export function admitWrite(
  store: ObjectStore,
  target: ResourceTarget,
  write: {
    readonly submitted: KubernetesObject;
    readonly prepared: KubernetesObject;
    readonly current: KubernetesObject | null;
  },
  options: WriteOptions,
  rules: AdmissionRules,
): readonly string[] {
  const { submitted, prepared, current } = write;
  const warnings =
    target.subresource === 'scale'
      ? []
      : unknownFieldWarnings(target, submitted, options, rules.fields);
  if (current === null && target.type.namespaced) {
    checkNamespace(store, target, prepared.metadata.name);
  }
  validateObject(target, prepared, current, rules.validate);
  const denial = target.subresource === '' ? istioDenial(prepared) : null;
  if (denial !== null) {
    const message = `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${denial}`;
    throw new ApiError(400, 'BadRequest', message);
  }
  return warnings;
}
