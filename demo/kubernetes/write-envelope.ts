import { badRequest } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { apiVersionOf } from '@/demo/kubernetes/resource-type';

function expectedType(target: ResourceTarget): { apiVersion: string; kind: string } {
  if (target.subresource === 'scale') return { apiVersion: 'autoscaling/v1', kind: 'Scale' };
  const apiVersion = apiVersionOf(target.type.group, target.version);
  return { apiVersion, kind: target.type.kind };
}

/**
 * Checks that a submitted object is the one that the path names, and fills name and namespace from the path. Throws 400
 * with the API server's sentence otherwise.
 */
export function checkEnvelope(object: KubernetesObject, target: ResourceTarget): KubernetesObject {
  const expected = expectedType(target);
  if (object.apiVersion !== expected.apiVersion || object.kind !== expected.kind) {
    throw badRequest(
      `${object.kind} in version "${object.apiVersion}" cannot be handled as a ${expected.kind}: ` +
        `expected ${expected.apiVersion}, Kind=${expected.kind}`,
    );
  }
  const { name } = object.metadata;
  if (target.name !== '' && name !== '' && name !== target.name) {
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${target.name})`,
    );
  }
  const namespace = object.metadata.namespace ?? '';
  if (target.namespace !== '' && namespace !== '' && namespace !== target.namespace) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  const { namespace: _given, ...metadata } = object.metadata;
  const scope = target.type.namespaced ? { namespace: target.namespace || 'default' } : {};
  return { ...object, metadata: { ...metadata, ...scope, name: target.name || name } };
}
