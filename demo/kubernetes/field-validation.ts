import { ApiError } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, isObject, objectOf, setKey, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { schemaModuleOf } from '@/demo/kubernetes/request-target';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { COMPONENT_REFERENCE, componentName, schemasOf } from '@/demo/kubernetes/schema-source';
import type { WriteOptions } from '@/demo/kubernetes/write-options';

const METADATA = {
  package: '@kubernetes-models/apimachinery',
  module: 'apis/meta/v1/ObjectMeta',
};

type Schemas = ReadonlyMap<string, JsonObject>;

function resolve(schema: unknown, schemas: Schemas): JsonObject {
  if (!isObject(schema)) return {};
  const [only] = arrayOf(schema['allOf']);
  if (only !== undefined) return resolve(only, schemas);
  const reference = stringOf(schema['$ref']);
  return reference === ''
    ? schema
    : resolve(schemas.get(reference.slice(COMPONENT_REFERENCE.length)), schemas);
}

function collect(
  value: unknown,
  schema: JsonObject,
  schemas: Schemas,
  path: string,
  into: string[],
): void {
  if (Array.isArray(value)) {
    const items = resolve(schema['items'], schemas);
    value.forEach((item, index) => collect(item, items, schemas, `${path}[${index}]`, into));
    return;
  }
  const { properties, additionalProperties } = schema;
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key}`;
    if (isObject(properties) && Object.hasOwn(properties, key)) {
      collect(child, resolve(properties[key], schemas), schemas, below, into);
    } else if (isObject(additionalProperties)) {
      collect(child, resolve(additionalProperties, schemas), schemas, below, into);
    } else if (isObject(properties)) into.push(below);
  }
}

/** A copy of a value without the fields that its schema does not know. */
function prune(value: unknown, schema: JsonObject, schemas: Schemas): unknown {
  if (Array.isArray(value)) {
    const items = resolve(schema['items'], schemas);
    return value.map((item) => prune(item, items, schemas));
  }
  if (!isObject(value)) return value;
  const { properties, additionalProperties } = schema;
  const kept: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    if (isObject(properties) && Object.hasOwn(properties, key)) {
      setKey(kept, key, prune(child, resolve(properties[key], schemas), schemas));
    } else if (isObject(additionalProperties)) {
      setKey(kept, key, prune(child, resolve(additionalProperties, schemas), schemas));
    } else if (!isObject(properties)) setKey(kept, key, child);
  }
  return kept;
}

/** What tells which fields of one version of a kind are known. */
export interface FieldRules {
  readonly root: string;
  readonly schemas: Schemas;
}

/** The field rules of the requested version; `null` for kinds without a schema. Rejects when its package is missing. */
export async function loadFieldRules(target: ResourceTarget): Promise<FieldRules | null> {
  const module = schemaModuleOf(target);
  if (module === null) return null;
  const schemas = new Map([...(await schemasOf(METADATA)), ...(await schemasOf(module))]);
  return { root: componentName(module), schemas };
}

/** Paths of an object that its schema does not know. */
export function unknownFields(object: KubernetesObject, rules: FieldRules): readonly string[] {
  const { root, schemas } = rules;
  const found: string[] = [];
  const schemaOf = (name: string) => resolve(schemas.get(name), schemas);
  const { metadata, ...content } = object;
  collect(content, schemaOf(root), schemas, '', found);
  collect(metadata, schemaOf(componentName(METADATA)), schemas, 'metadata', found);
  return found;
}

/** The object without the fields that its schema does not know: they never reach the store, whatever a client sends. */
export function withoutUnknownFields(
  object: KubernetesObject,
  rules: FieldRules | null,
): KubernetesObject {
  if (rules === null) return object;
  const { root, schemas } = rules;
  const { apiVersion, kind, metadata, ...content } = object;
  const schemaOf = (name: string) => resolve(schemas.get(name), schemas);
  const known = objectOf(prune(metadata, schemaOf(componentName(METADATA)), schemas));
  return {
    ...objectOf(prune(content, schemaOf(root), schemas)),
    apiVersion,
    kind,
    metadata: { ...known, name: metadata.name },
  };
}

/**
 * Warnings for fields that the schema does not know. With `fieldValidation=Strict` they are a 400 `ApiError` instead;
 * with `Ignore` nothing is looked at.
 */
export function unknownFieldWarnings(
  target: ResourceTarget,
  submitted: KubernetesObject,
  options: WriteOptions,
  rules: FieldRules | null,
): readonly string[] {
  if (options.fieldValidation === 'Ignore' || rules === null) return [];
  const warnings = unknownFields(submitted, rules).map((field) => `unknown field "${field}"`);
  if (warnings.length === 0 || options.fieldValidation === 'Warn') return warnings;
  const { kind } = target.type;
  throw new ApiError(
    400,
    'BadRequest',
    `${kind} in version "${target.version}" cannot be handled as a ${kind}: strict decoding error: ${warnings.join(', ')}`,
  );
}
