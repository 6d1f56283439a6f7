import { isObject, objectOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import type { SchemaFault } from '@/demo/kubernetes/schema-validator';

/** No integer and of no integer format, so that a validator says which of the two it wanted. */
const PROBE = 0.5;
const ANY_KEY = 'any';

/** A value with a {@link PROBE} wherever the schema has a number; `undefined` when it has none. References stay out. */
function probeFor(schema: unknown): unknown {
  if (!isObject(schema)) return undefined;
  if (schema['type'] === 'number' && schema['enum'] === undefined) return PROBE;
  if (schema['type'] === 'array') {
    const item = probeFor(schema['items']);
    return item === undefined ? undefined : [item];
  }
  const { properties, additionalProperties } = schema;
  const children = [
    ...Object.entries(objectOf(properties)),
    [ANY_KEY, additionalProperties] as const,
  ];
  const probes = children.flatMap(([key, child]) => {
    const probe = probeFor(child);
    return probe === undefined ? [] : [[key, probe] as const];
  });
  return probes.length === 0 ? undefined : Object.fromEntries(probes);
}

interface NumberType {
  readonly isInteger: boolean;
  readonly format: string | null;
}

function foundTypes(faults: readonly SchemaFault[]): ReadonlyMap<string, NumberType> {
  const found = new Map<string, NumberType>();
  for (const { path, keyword, params } of faults) {
    const known = found.get(path) ?? { isInteger: false, format: null };
    if (keyword === 'type') found.set(path, { ...known, isInteger: params['type'] === 'integer' });
    if (keyword === 'format') found.set(path, { ...known, format: String(params['format']) });
  }
  return found;
}

function stepOf(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function retype(schema: unknown, path: string, types: ReadonlyMap<string, NumberType>): unknown {
  if (!isObject(schema)) return schema;
  const found = schema['type'] === 'number' ? types.get(path) : undefined;
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(found?.isInteger === true ? { type: 'integer' } : {}),
    ...(found === undefined || found.format === null ? {} : { format: found.format }),
    ...(isObject(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, child]) => [
              key,
              retype(child, `${path}/${stepOf(key)}`, types),
            ]),
          ),
        }
      : {}),
    ...(items === undefined ? {} : { items: retype(items, `${path}/0`, types) }),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: retype(additionalProperties, `${path}/${ANY_KEY}`, types) }),
  };
}

/** Whether a schema itself, references aside, has numbers whose kind is open. */
export function hasNumbers(schema: JsonObject): boolean {
  return probeFor(schema) !== undefined;
}

/**
 * The schema with every number that `validate` wants to be an integer said so, with its format (`int32`, `int64`). Type
 * declarations know only numbers; what kind a field wants is asked of the compiled schema by giving it half a one.
 */
export function withNumberTypes(
  schema: JsonObject,
  validate: (value: unknown) => readonly SchemaFault[],
): JsonObject {
  const types = foundTypes(validate(probeFor(schema)));
  return objectOf(retype(schema, '', types));
}
