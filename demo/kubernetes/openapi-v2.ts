import { arrayOf, isObject, objectOf, stringOf, without } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { wholeOpenApiDocument } from '@/demo/kubernetes/openapi';
import { COMPONENT_REFERENCE } from '@/demo/kubernetes/schema-source';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

function mapValues(value: JsonObject, change: (child: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child)]));
}

/** OpenAPI 2 has no `allOf` around a reference, no value of two types, and describes no fields of open objects. */
function toSchema(value: unknown): unknown {
  if (!isObject(value)) return value;
  const [only] = arrayOf(value['allOf']);
  if (isObject(only)) return toSchema({ ...only, ...without(value, 'allOf') });
  const { $ref, properties, items, additionalProperties } = value;
  if (typeof $ref === 'string') {
    return { ...value, $ref: `#/definitions/${$ref.slice(COMPONENT_REFERENCE.length)}` };
  }
  if (value['x-kubernetes-int-or-string'] === true) {
    return {
      ...without(value, 'x-kubernetes-int-or-string'),
      type: 'string',
      format: 'int-or-string',
    };
  }
  const isOpen = value['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...(isOpen ? without(value, 'properties') : value),
    ...(isObject(properties) && !isOpen ? { properties: mapValues(properties, toSchema) } : {}),
    ...(items === undefined ? {} : { items: toSchema(items) }),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: toSchema(additionalProperties) }),
  };
}

function toParameter(value: unknown): JsonObject {
  const parameter = objectOf(value);
  return { ...without(parameter, 'schema'), ...objectOf(parameter['schema']) };
}

function toOperation(value: unknown): JsonObject {
  const operation = objectOf(value);
  const accepted = Object.keys(objectOf(objectOf(operation['requestBody'])['content']));
  return {
    ...without(operation, 'requestBody'),
    produces: ['application/json'],
    ...(accepted.length === 0 ? {} : { consumes: accepted }),
    parameters: arrayOf(operation['parameters']).map(toParameter),
  };
}

function toPathItem(value: unknown): JsonObject {
  const item = objectOf(value);
  return Object.fromEntries(
    METHODS.filter((method) => method in item).map((method) => [method, toOperation(item[method])]),
  );
}

async function convert(): Promise<JsonObject> {
  const { info, paths, components } = await wholeOpenApiDocument();
  return {
    swagger: '2.0',
    info: { title: stringOf(objectOf(info)['title']), version: objectOf(info)['version'] },
    paths: mapValues(objectOf(paths), toPathItem),
    definitions: mapValues(objectOf(objectOf(components)['schemas']), toSchema),
  };
}

let converted: Promise<JsonObject> | null = null;

/**
 * The OpenAPI 2.0 document of everything that is served, which clients before Kubernetes 1.27 ask for; made from the
 * OpenAPI 3.0 one, once per process. Rejects when the schema packages are not installed.
 */
export function openApiV2Document(): Promise<JsonObject> {
  converted ??= convert();
  return converted;
}
