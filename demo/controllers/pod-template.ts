import { controllerReference } from '@/demo/controllers/controller-context';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { objectOf, readPath, stringMapOf } from '@/demo/kubernetes/json';

/** A pod made from the template of its controller. `name` empty means a generated name. */
export function podFromTemplate(
  owner: KubernetesObject,
  labels: Readonly<Record<string, string>>,
  name: string,
): KubernetesObject {
  const template = objectOf(readPath(owner, 'spec', 'template'));
  const annotations = stringMapOf(readPath(template, 'metadata', 'annotations'));
  const named = name === '' ? { generateName: `${owner.metadata.name}-` } : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...named,
      namespace: owner.metadata.namespace ?? 'default',
      labels: { ...stringMapOf(readPath(template, 'metadata', 'labels')), ...labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: objectOf(template['spec']),
  };
}
