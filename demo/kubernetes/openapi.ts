import { servedGroups } from '@/demo/kubernetes/discovery';
import { objectOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { patchTypesOf } from '@/demo/kubernetes/patch-types';
import type { ResourceType, SchemaModule } from '@/demo/kubernetes/resource-type';
import { withListMarkers } from '@/demo/kubernetes/list-markers';
import { componentName, schemasOf } from '@/demo/kubernetes/schema-source';
import { SERVED_TYPES } from '@/demo/kubernetes/served-types';

const METADATA: SchemaModule = {
  package: '@kubernetes-models/apimachinery',
  module: 'apis/meta/v1/ObjectMeta',
};

function groupPath(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

/** The index at `/openapi/v3`. */
export function openApiIndex(): JsonObject {
  const paths = [...servedGroups()].flatMap(([group, versions]) =>
    versions.map((version) => {
      const path = groupPath(group, version);
      return [path, { serverRelativeURL: `/openapi/v3/${path}` }] as const;
    }),
  );
  return { paths: Object.fromEntries(paths) };
}

function query(name: string): JsonObject {
  return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
}

function operation(
  action: string,
  kind: JsonObject,
  parameters: readonly string[],
  content: JsonObject | null,
): JsonObject {
  return {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
    parameters: parameters.map(query),
    ...(content === null ? {} : { requestBody: { content } }),
    responses: { 200: { description: 'OK' } },
  };
}

function pathsOf(type: ResourceType, version: string): readonly (readonly [string, JsonObject])[] {
  const kind = { group: type.group, version, kind: type.kind };
  const scope = type.namespaced ? '/namespaces/{namespace}' : '';
  const collection = `/${groupPath(type.group, version)}${scope}/${type.resource}`;
  const write = ['dryRun', 'fieldManager', 'fieldValidation'];
  const list = ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'watch'];
  const json = { 'application/json': {} };
  const patch = Object.fromEntries(patchTypesOf(type).map((name) => [name, {}]));
  return [
    [
      collection,
      { get: operation('list', kind, list, null), post: operation('post', kind, write, json) },
    ],
    [
      `${collection}/{name}`,
      {
        get: operation('get', kind, [], null),
        put: operation('put', kind, write, json),
        patch: operation('patch', kind, [...write, 'force'], patch),
        delete: operation('delete', kind, ['dryRun', 'propagationPolicy'], null),
      },
    ],
  ];
}

/** Kinds without a schema are open objects with the usual metadata. */
function openSchema(): JsonObject {
  return {
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: `#/components/schemas/${componentName(METADATA)}` },
    },
    'x-kubernetes-preserve-unknown-fields': true,
  };
}

async function componentsOf(
  type: ResourceType,
  version: string,
): Promise<readonly (readonly [string, JsonObject])[]> {
  const module = type.versions.find(({ name }) => name === version)?.schema ?? null;
  const identity = {
    'x-kubernetes-group-version-kind': [{ group: type.group, version, kind: type.kind }],
  };
  if (module === null) {
    const name = `${type.group.split('.').reverse().join('.')}.${version}.${type.kind}`;
    return [...(await schemasOf(METADATA)), [name, { ...openSchema(), ...identity }]];
  }
  const own = componentName(module);
  const schemas = new Map([...(await schemasOf(METADATA)), ...(await schemasOf(module))]);
  return [...withListMarkers(type, own, schemas)].map(([name, schema]) => [
    name,
    name === own ? { ...schema, ...identity } : schema,
  ]);
}

interface TypeVersion {
  readonly type: ResourceType;
  readonly version: string;
}

const TYPE_VERSIONS: readonly TypeVersion[] = SERVED_TYPES.flatMap((type) =>
  type.versions.map((version) => ({ type, version: version.name })),
);

async function documentOf(kinds: readonly TypeVersion[]): Promise<JsonObject> {
  const components = await Promise.all(
    kinds.map(({ type, version }) => componentsOf(type, version)),
  );
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.32.0' },
    paths: Object.fromEntries(kinds.flatMap(({ type, version }) => pathsOf(type, version))),
    components: { schemas: Object.fromEntries(components.flat()) },
  };
}

/**
 * The OpenAPI 3.0 document of one group and version, e.g. of `apis/apps/v1`; `null` when it is not served. Rejects when
 * the schema packages are not installed.
 */
export async function openApiDocument(path: string): Promise<JsonObject | null> {
  if (!Object.hasOwn(objectOf(openApiIndex()['paths']), path)) return null;
  return documentOf(
    TYPE_VERSIONS.filter(({ type, version }) => groupPath(type.group, version) === path),
  );
}

/** One OpenAPI 3.0 document of everything that is served. Rejects when the schema packages are not installed. */
export function wholeOpenApiDocument(): Promise<JsonObject> {
  return documentOf(TYPE_VERSIONS);
}
