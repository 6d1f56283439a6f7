import type { StatusCause } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { FILTER_FIELDS, filterFaults, replacesPrefix } from '@/demo/kubernetes/gateway-api-filters';
import { arrayOf, isObject, numberOf, readPath, stringOf } from '@/demo/kubernetes/json';
import { groupOf } from '@/demo/kubernetes/resource-type';

/*
 * Rules of the Gateway API's CustomResourceDefinitions (x-kubernetes-validations), with their own sentences. The schema
 * packages do not carry them, so the ones about routes, their backends and listeners are written out here.
 */

function fault(field: string, value: unknown, text: string): StatusCause {
  const printed = Array.isArray(value) ? 'array' : typeof value;
  const shown = typeof value === 'string' ? value : printed;
  return {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(shown)}: ${text}`,
    field,
  };
}

function backendFaults(backend: unknown, path: string): readonly StatusCause[] {
  const isService =
    stringOf(readPath(backend, 'group')) === '' &&
    (readPath(backend, 'kind') ?? 'Service') === 'Service';
  if (!isService || readPath(backend, 'port') !== undefined) return [];
  return [fault(path, backend, 'Must have port for Service reference')];
}

const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F', '#'];
const BAD_ENDS = ['/..', '/.'];
const PATH = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$/;

function pathFaults(match: unknown, path: string): readonly StatusCause[] {
  const value = readPath(match, 'path');
  const type = readPath(value, 'type') ?? 'PathPrefix';
  const text = readPath(value, 'value') ?? '/';
  if (!isObject(value) || typeof text !== 'string' || type === 'RegularExpression') return [];
  const when = "when type one of ['Exact', 'PathPrefix']";
  const texts = [
    ...(text.startsWith('/') ? [] : [`value must be an absolute path and start with '/' ${when}`]),
    ...BAD_PARTS.filter((part) => text.includes(part)).map(
      (part) => `must not contain '${part}' ${when}`,
    ),
    ...BAD_ENDS.filter((end) => text.endsWith(end)).map(
      (end) => `must not end with '${end}' ${when}`,
    ),
    ...(PATH.test(text)
      ? []
      : [
          `must only contain valid characters (matching ${PATH.source.replaceAll('\\/', '/')}) for types ['Exact', 'PathPrefix']`,
        ]),
  ];
  return texts.map((entry) => fault(`${path}.path`, value, entry));
}

/** Without matches a rule has the default one, which is a prefix. */
function hasOnePrefix(rule: unknown): boolean {
  if (readPath(rule, 'matches') === undefined) return true;
  const [only, ...others] = arrayOf(readPath(rule, 'matches'));
  const type = readPath(only, 'path', 'type') ?? 'PathPrefix';
  return only !== undefined && others.length === 0 && type === 'PathPrefix';
}

function prefixFaults(rule: unknown, path: string): readonly StatusCause[] {
  if (hasOnePrefix(rule)) return [];
  const places = [
    { filters: arrayOf(readPath(rule, 'filters')), start: 'When' },
    {
      filters: arrayOf(readPath(rule, 'backendRefs')).flatMap((backend) =>
        arrayOf(readPath(backend, 'filters')),
      ),
      start: 'Within backendRefs, when',
    },
  ];
  return places.flatMap(({ filters, start }) =>
    (['RequestRedirect', 'URLRewrite'] as const)
      .filter((type) => filters.some((filter) => replacesPrefix(filter, FILTER_FIELDS[type])))
      .map((type) => {
        const text = `${start} using ${type} filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified`;
        return fault(path, rule, text);
      }),
  );
}

function redirectFaults(rule: unknown, path: string): readonly StatusCause[] {
  const redirects = arrayOf(readPath(rule, 'filters')).some(
    (filter) => readPath(filter, 'requestRedirect') !== undefined,
  );
  if (!redirects || arrayOf(readPath(rule, 'backendRefs')).length === 0) return [];
  return [fault(path, rule, 'RequestRedirect filter must not be used together with backendRefs')];
}

const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|h|m|s)/g)];
  return parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0),
    0,
  );
}

function timeoutFaults(rule: unknown, path: string): readonly StatusCause[] {
  const timeouts = readPath(rule, 'timeouts');
  const [request, backend] = ['request', 'backendRequest'].map((name) =>
    durationMs(stringOf(readPath(timeouts, name))),
  );
  if (!request || !backend || backend <= request) return [];
  const text = 'backendRequest timeout cannot be longer than request timeout';
  return [fault(`${path}.timeouts`, timeouts, text)];
}

function ruleFaults(rule: unknown, path: string): readonly StatusCause[] {
  const backends = arrayOf(readPath(rule, 'backendRefs'));
  const own = filterFaults(arrayOf(readPath(rule, 'filters')), `${path}.filters`);
  const inner = backends.flatMap((backend, index) =>
    filterFaults(arrayOf(readPath(backend, 'filters')), `${path}.backendRefs[${index}].filters`),
  );
  return [
    ...redirectFaults(rule, path),
    ...prefixFaults(rule, path),
    ...backends.flatMap((backend, index) =>
      backendFaults(backend, `${path}.backendRefs[${index}]`),
    ),
    ...[...own, ...inner].map(({ field, value, text }) => fault(field, value, text)),
    ...arrayOf(readPath(rule, 'matches')).flatMap((match, index) =>
      pathFaults(match, `${path}.matches[${index}]`),
    ),
    ...timeoutFaults(rule, path),
  ];
}

/** Parents that are the same object must differ in the section that they name. */
function parentFaults(spec: unknown): readonly StatusCause[] {
  const parents = arrayOf(readPath(spec, 'parentRefs'));
  const seen = new Map<string, string[]>();
  for (const parent of parents) {
    const key = ['group', 'kind', 'namespace', 'name'].map((name) => readPath(parent, name));
    const sections = seen.get(JSON.stringify(key)) ?? [];
    seen.set(JSON.stringify(key), [
      ...sections,
      `${stringOf(readPath(parent, 'sectionName'))} ${numberOf(readPath(parent, 'port'), 0) || ''}`.trim(),
    ]);
  }
  const groups = [...seen.values()].filter((sections) => sections.length > 1);
  const what = 'when parentRefs includes 2 or more references to the same parent';
  return [
    ...(groups.some((sections) => sections.includes(''))
      ? [`sectionName or port must be specified ${what}`]
      : []),
    ...(groups.some((sections) => new Set(sections).size < sections.length)
      ? [`sectionName or port must be unique ${what}`]
      : []),
  ].map((text) => fault('spec.parentRefs', parents, text));
}

function routeFaults(spec: unknown): readonly StatusCause[] {
  const rules = arrayOf(readPath(spec, 'rules'));
  const names = rules.map((rule) => stringOf(readPath(rule, 'name'))).filter((name) => name !== '');
  return [
    ...parentFaults(spec),
    ...(new Set(names).size < names.length
      ? [fault('spec.rules', rules, 'Rule name must be unique within the route')]
      : []),
    ...rules.flatMap((rule, index) => ruleFaults(rule, `spec.rules[${index}]`)),
  ];
}

function listenerFaults(spec: unknown): readonly StatusCause[] {
  const listeners = arrayOf(readPath(spec, 'listeners'));
  const isRepeated = (...fields: readonly string[]) => {
    const keys = listeners.map((listener) =>
      JSON.stringify(fields.map((field) => readPath(listener, field) ?? '')),
    );
    return new Set(keys).size < keys.length;
  };
  const has = (protocols: readonly string[], field: string) =>
    listeners.some(
      (listener) =>
        protocols.includes(stringOf(readPath(listener, 'protocol'))) &&
        (readPath(listener, field) ?? '') !== '',
    );
  return [
    ...(has(['HTTP', 'TCP', 'UDP'], 'tls')
      ? ["tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']"]
      : []),
    ...(has(['TCP', 'UDP'], 'hostname')
      ? ["hostname must not be specified for protocols ['TCP', 'UDP']"]
      : []),
    ...(isRepeated('name') ? ['Listener name must be unique within the Gateway'] : []),
    ...(isRepeated('port', 'protocol', 'hostname')
      ? ['Combination of port, protocol and hostname must be unique for each listener']
      : []),
  ].map((text) => fault('spec.listeners', listeners, text));
}

/** What the rules of the Gateway API's definitions refuse in an object that fits its schema; `[]` for other kinds. */
export function gatewayApiCauses(object: KubernetesObject): readonly StatusCause[] {
  if (groupOf(object.apiVersion) !== 'gateway.networking.k8s.io') return [];
  if (object.kind === 'Gateway') return listenerFaults(object['spec']);
  return object.kind.endsWith('Route') ? routeFaults(object['spec']) : [];
}
