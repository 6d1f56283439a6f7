import { isObject, readPath, stringOf } from '@/demo/kubernetes/json';

/** The field that belongs to each type of filter. */
export const FILTER_FIELDS = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
} as const;

const ONCE = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'];

/** A broken rule: where, of which value, and its sentence. */
interface FilterFault {
  readonly field: string;
  readonly value: unknown;
  readonly text: string;
}

/** Whether a redirect or rewrite replaces the matched prefix. */
export function replacesPrefix(filter: unknown, field: string): boolean {
  return readPath(filter, field, 'path', 'type') === 'ReplacePrefixMatch';
}

function unionFaults(filter: unknown): readonly string[] {
  if (!isObject(filter)) return [];
  const type = stringOf(filter['type']);
  return Object.entries(FILTER_FIELDS).flatMap(([name, field]) => {
    const isThere = filter[field] !== undefined;
    if (isThere === (type === name)) return [];
    return isThere
      ? [`filter.${field} must be nil if the filter.type is not ${name}`]
      : [`filter.${field} must be specified for ${name} filter.type`];
  });
}

/** What the rules about the filters of a rule or of a backend refuse. */
export function filterFaults(filters: readonly unknown[], path: string): readonly FilterFault[] {
  const types = filters.map((filter) => stringOf(readPath(filter, 'type')));
  const repeated = ONCE.filter((name) => types.filter((type) => type === name).length > 1);
  const isBoth = types.includes('RequestRedirect') && types.includes('URLRewrite');
  const together =
    'May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both';
  return [
    ...(isBoth ? [{ field: path, value: filters, text: together }] : []),
    ...repeated.map((name) => ({
      field: path,
      value: filters,
      text: `${name} filter cannot be repeated`,
    })),
    ...filters.flatMap((filter, index) =>
      unionFaults(filter).map((text) => ({ field: `${path}[${index}]`, value: filter, text })),
    ),
  ];
}
