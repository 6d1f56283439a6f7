import type { StatusCause } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import {
  arrayOf,
  isObject,
  jsonEqual,
  numberOf,
  readPath,
  stringMapOf,
  stringOf,
} from '@/demo/kubernetes/json';

function required(field: string): StatusCause {
  return { reason: 'FieldValueRequired', message: 'Required value', field };
}

function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  const message = `Invalid value: ${JSON.stringify(value)}: ${detail}`;
  return { reason: 'FieldValueInvalid', message, field };
}

function duplicate(field: string, value: unknown): StatusCause {
  return {
    reason: 'FieldValueDuplicate',
    message: `Duplicate value: ${JSON.stringify(value)}`,
    field,
  };
}

function containerCauses(podSpec: unknown, path: string): readonly StatusCause[] {
  const containers = arrayOf(readPath(podSpec, 'containers'));
  if (containers.length === 0) return [required(`${path}.containers`)];
  const seen = new Set<string>();
  return containers.flatMap((container, index) => {
    const at = `${path}.containers[${index}]`;
    const name = stringOf(readPath(container, 'name'));
    const isRepeated = name !== '' && seen.has(name);
    seen.add(name);
    return [
      ...(isRepeated ? [duplicate(`${at}.name`, name)] : []),
      ...(stringOf(readPath(container, 'image')) === '' ? [required(`${at}.image`)] : []),
    ];
  });
}

function selectorCauses(
  object: KubernetesObject,
  current: KubernetesObject | null,
): readonly StatusCause[] {
  const selector = readPath(object, 'spec', 'selector');
  if (!isObject(selector)) return [required('spec.selector')];
  const wanted = Object.entries(stringMapOf(selector['matchLabels']));
  const labels = stringMapOf(readPath(object, 'spec', 'template', 'metadata', 'labels'));
  const causes: StatusCause[] = [];
  if (!wanted.every(([key, value]) => labels[key] === value)) {
    const detail = '`selector` does not match template `labels`';
    causes.push(invalidValue('spec.template.metadata.labels', labels, detail));
  }
  if (current !== null && !jsonEqual(readPath(current, 'spec', 'selector'), selector)) {
    causes.push(invalidValue('spec.selector', selector, 'field is immutable'));
  }
  return causes;
}

function workloadCauses(
  object: KubernetesObject,
  current: KubernetesObject | null,
): readonly StatusCause[] {
  const replicas = numberOf(readPath(object, 'spec', 'replicas'), 1);
  const negative = 'must be greater than or equal to 0';
  return [
    ...selectorCauses(object, current),
    ...(replicas < 0 ? [invalidValue('spec.replicas', replicas, negative)] : []),
    ...containerCauses(readPath(object, 'spec', 'template', 'spec'), 'spec.template.spec'),
  ];
}

function serviceCauses(object: KubernetesObject): readonly StatusCause[] {
  const ports = arrayOf(readPath(object, 'spec', 'ports'));
  const type = readPath(object, 'spec', 'type');
  const headless = readPath(object, 'spec', 'clusterIP') === 'None';
  if (ports.length === 0 && type !== 'ExternalName' && !headless) return [required('spec.ports')];
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `spec.ports[${index}]`;
    const name = stringOf(readPath(port, 'name'));
    const number = numberOf(readPath(port, 'port'), 0);
    const isRepeated = name !== '' && names.has(name);
    names.add(name);
    const outside = number < 1 || number > 65535;
    return [
      ...(name === '' && ports.length > 1 ? [required(`${at}.name`)] : []),
      ...(isRepeated ? [duplicate(`${at}.name`, name)] : []),
      ...(outside
        ? [invalidValue(`${at}.port`, number, 'must be between 1 and 65535, inclusive')]
        : []),
    ];
  });
}

/** Rules between fields that the schemas of built-in kinds do not carry. */
export function builtInCauses(
  object: KubernetesObject,
  current: KubernetesObject | null,
): readonly StatusCause[] {
  if (object.apiVersion === 'apps/v1') return workloadCauses(object, current);
  if (object.apiVersion !== 'v1') return [];
  if (object.kind === 'Service') return serviceCauses(object);
  if (object.kind === 'Pod') return containerCauses(object['spec'], 'spec');
  return [];
}
