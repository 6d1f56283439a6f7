import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { badRequest } from '@/demo/kubernetes/api-error';
import { readPath } from '@/demo/kubernetes/json';

/** Whether an object passes a selector. */
export type Selector = (object: KubernetesObject) => boolean;

type Labels = Readonly<Record<string, string>>;
type LabelTest = (labels: Labels) => boolean;

/** Splits at commas that are not inside parentheses. */
function splitRequirements(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

const KEY = '([A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?)';
const VALUE = '([A-Za-z0-9._-]*)';
const EQUALITY = new RegExp(`^${KEY}\\s*(==|=|!=)\\s*${VALUE}$`);
const SET = new RegExp(`^${KEY}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*${KEY}$`);
const COMPARISON = new RegExp(`^${KEY}\\s*([<>])\\s*(-?\\d+)$`);

function equalityTest(part: string): LabelTest | null {
  const match = EQUALITY.exec(part);
  if (match === null) return null;
  const [, key = '', , operator, value = ''] = match;
  return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
}

function setTest(part: string): LabelTest | null {
  const match = SET.exec(part);
  if (match === null) return null;
  const [, key = '', , operator, list = ''] = match;
  const values = new Set(list.split(',').map((value) => value.trim()));
  const isIn: LabelTest = (labels) => labels[key] !== undefined && values.has(labels[key]);
  return operator === 'in' ? isIn : (labels) => !isIn(labels);
}

function existsTest(part: string): LabelTest | null {
  const match = EXISTS.exec(part);
  if (match === null) return null;
  const [, negated, key = ''] = match;
  return (labels) => Object.hasOwn(labels, key) === (negated === '');
}

function comparisonTest(part: string): LabelTest | null {
  const match = COMPARISON.exec(part);
  if (match === null) return null;
  const [, key = '', , operator, bound] = match;
  return (labels) => {
    const value = Number.parseInt(labels[key] ?? '', 10);
    return operator === '<' ? value < Number(bound) : value > Number(bound);
  };
}

/** Parses a label selector, equality based or set based. Throws a 400 `ApiError` when it cannot be parsed. */
export function parseLabelSelector(text: string): Selector {
  if (text.trim() === '') return () => true;
  const tests = splitRequirements(text).map((part) => {
    const test = equalityTest(part) ?? setTest(part) ?? existsTest(part) ?? comparisonTest(part);
    if (test === null) throw badRequest(`unable to parse requirement: found '${part}'`);
    return test;
  });
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
