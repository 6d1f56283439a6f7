import type { StatusCause } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { ResourceType } from '@/demo/kubernetes/resource-type';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
  "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const KEY_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

function fault(field: string, value: string, rule: string): StatusCause {
  return {
    reason: 'FieldValueInvalid',
    message: invalid(value, rule),
    field,
  };
}

function nameCauses(object: KubernetesObject, type: ResourceType): readonly StatusCause[] {
  const { name } = object.metadata;
  if (name === '') {
    return [
      {
        reason: 'FieldValueRequired',
        message: 'Required value: name or generateName is required',
        field: 'metadata.name',
      },
    ];
  }
  const isLabel = type.group === '' && (type.kind === 'Namespace' || type.kind === 'Service');
  const longest = isLabel ? 63 : 253;
  const isValid = (isLabel ? LABEL : SUBDOMAIN).test(name) && name.length <= longest;
  return isValid ? [] : [fault('metadata.name', name, isLabel ? LABEL_RULE : SUBDOMAIN_RULE)];
}

function isQualifiedKey(key: string): boolean {
  const [first = '', second, ...extra] = key.split('/');
  if (extra.length > 0) return false;
  if (second === undefined) return QUALIFIED.test(first) && first.length <= 63;
  return SUBDOMAIN.test(first) && QUALIFIED.test(second) && second.length <= 63;
}

function invalid(value: string, rule: string): string {
  return `Invalid value: ${JSON.stringify(value)}: ${rule}`;
}

/** What the API server says of a label's key that is none; `null` of one that is. */
export function labelKeyFault(key: string): string | null {
  return isQualifiedKey(key) ? null : invalid(key, KEY_RULE);
}

/** What the API server says of a label's value that is none; `null` of one that is. */
export function labelValueFault(value: string): string | null {
  return LABEL_VALUE.test(value) && value.length <= 63 ? null : invalid(value, VALUE_RULE);
}

/** Faults of name, labels and annotation keys. */
export function metadataCauses(
  object: KubernetesObject,
  type: ResourceType,
): readonly StatusCause[] {
  const { labels = {}, annotations = {} } = object.metadata;
  const labelKeys = Object.keys(labels).filter((key) => !isQualifiedKey(key));
  const values = Object.values(labels).filter((value) => labelValueFault(value) !== null);
  const annotationKeys = Object.keys(annotations).filter(
    (key) => !isQualifiedKey(key.toLowerCase()),
  );
  return [
    ...nameCauses(object, type),
    ...labelKeys.map((key) => fault('metadata.labels', key, KEY_RULE)),
    ...values.map((value) => fault('metadata.labels', value, VALUE_RULE)),
    ...annotationKeys.map((key) => fault('metadata.annotations', key, KEY_RULE)),
  ];
}
