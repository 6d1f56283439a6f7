import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { badRequest } from '@/demo/kubernetes/api-error';
import { readPath } from '@/demo/kubernetes/json';
import { parseLabelTests } from '@/demo/kubernetes/label-selector';

/** Whether an object passes a selector. */
export type Selector = (object: KubernetesObject) => boolean;

/** Parses a label selector, equality based or set based. Throws a 400 `ApiError` when it cannot be parsed. */
export function parseLabelSelector(text: string): Selector {
  const tests = parseLabelTests(text);
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
}

const FIELDS_OF_ALL = ['metadata.name', 'metadata.namespace'];
const FIELDS_OF_KIND: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  '/Namespace': ['status.phase'],
  '/Node': ['spec.unschedulable'],
  '/Secret': ['type'],
  '/Event': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'apps/ReplicaSet': ['status.replicas'],
  'batch/Job': ['status.successful'],
};

function fieldValue(object: KubernetesObject, path: string): string {
  const value = readPath(object, ...path.split('.'));
  return typeof value === 'string' ? value : JSON.stringify(value ?? '').replace('""', '');
}

/** Parses a field selector for a collection (`group/Kind`). Throws a 400 `ApiError` for fields the kind does not offer. */
export function parseFieldSelector(text: string, collection: string): Selector {
  if (text.trim() === '') return () => true;
  const known = [...FIELDS_OF_ALL, ...(FIELDS_OF_KIND[collection] ?? [])];
  const tests = text.split(',').map((part) => {
    const match = /^\s*([\w.]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part);
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, path = '', operator, value = ''] = match;
    if (!known.includes(path)) throw badRequest(`field label not supported: ${path}`);
    return (object: KubernetesObject) =>
      (fieldValue(object, path) === value) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}
