import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { parseDeclarations } from '@/demo/kubernetes/declaration-parser';
import type { Declarations, TypeNode } from '@/demo/kubernetes/declaration-parser';
import { arrayOf, objectOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { hasNumbers, withNumberTypes } from '@/demo/kubernetes/number-types';
import { packageFolder } from '@/demo/kubernetes/package-folder';
import type { SchemaModule } from '@/demo/kubernetes/resource-type';
import { schemaValidator } from '@/demo/kubernetes/schema-validator';

/** What a reference from one schema to another starts with. */
export const COMPONENT_REFERENCE = '#/components/schemas/';
const LOCAL_KINDS: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
};

const COMPONENT_PREFIX: Readonly<Record<string, string>> = {
  'kubernetes-models': 'io.k8s.api.',
  '@kubernetes-models/apimachinery': 'io.k8s.apimachinery.pkg.',
  '@kubernetes-models/istio': '',
  '@kubernetes-models/gateway-api': '',
};

/** `apis/meta` of apimachinery stays; `discovery.k8s.io` is `discovery`, and the groups of custom kinds are turned round. */
function groupName(module: SchemaModule, group: string): string {
  if (COMPONENT_PREFIX[module.package] === '') return group.split('.').reverse().join('.');
  return group.replace(/\.k8s\.io$/, '');
}

/** The name of a module's schema among the OpenAPI components. */
export function componentName(module: SchemaModule): string {
  const prefix = COMPONENT_PREFIX[module.package] ?? `${module.package}.`;
  const [group = '', ...rest] = module.module.replace(/^v1\//, 'core/v1/').split('/');
  return `${prefix}${[groupName(module, group), ...rest].join('.')}`;
}

/** Splits an import specifier of a declaration file into package and module. */
function resolveImport(from: SchemaModule, specifier: string): SchemaModule {
  if (specifier.startsWith('.')) {
    const folder = posix.dirname(from.module);
    return { package: from.package, module: posix.join(folder, specifier).replace(/\.js$/, '') };
  }
  const parts = specifier.split('/');
  const size = specifier.startsWith('@') ? 2 : 1;
  return { package: parts.slice(0, size).join('/'), module: parts.slice(size).join('/') };
}

function withDoc(schema: JsonObject, doc: string): JsonObject {
  if (doc === '') return schema;
  return '$ref' in schema ? { allOf: [schema], description: doc } : { ...schema, description: doc };
}

/** Turns the types of one module into OpenAPI schemas; other modules become references, which are collected. */
class ModuleReader {
  readonly references: SchemaModule[] = [];

  constructor(
    private readonly module: SchemaModule,
    private readonly declarations: Declarations,
  ) {}

  whole(): JsonObject {
    const main = this.declarations.types.get(`I${posix.basename(this.module.module)}`);
    return main === undefined ? {} : withDoc(this.#schema(main.type), main.doc);
  }

  /** The modules whose properties this one's main type takes over. */
  bases(): readonly SchemaModule[] {
    const main = this.declarations.types.get(`I${posix.basename(this.module.module)}`);
    return (main?.bases ?? []).flatMap((name) => {
      const specifier = this.declarations.imports.get(name);
      if (specifier === undefined) return [];
      const module = resolveImport(this.module, specifier);
      return COMPONENT_PREFIX[module.package] === undefined ? [] : [module];
    });
  }

  #schema(node: TypeNode): JsonObject {
    if (node.kind === 'literal') return { type: typeof node.value, enum: [node.value] };
    if (node.kind === 'object') return this.#object(node);
    if (node.kind === 'name') return this.#named(node.name, node.arguments);
    return node.kind === 'union' ? this.#union(node.parts) : this.#intersection(node.parts);
  }

  #named(name: string, parameters: readonly TypeNode[]): JsonObject {
    const local = LOCAL_KINDS[name];
    if (local !== undefined) return local;
    const [item] = parameters;
    if (name === 'Array' && item !== undefined) return { type: 'array', items: this.#schema(item) };
    const specifier = this.declarations.imports.get(name);
    if (specifier === undefined && !this.declarations.types.has(name)) return {};
    const module = specifier === undefined ? this.module : resolveImport(this.module, specifier);
    if (COMPONENT_PREFIX[module.package] === undefined) return {};
    this.references.push(module);
    return { $ref: `${COMPONENT_REFERENCE}${componentName(module)}` };
  }

  #object(node: TypeNode & { kind: 'object' }): JsonObject {
    const properties = node.members.map((member): [string, JsonObject] => [
      member.name,
      withDoc(this.#schema(member.type), member.doc),
    ]);
    const required = node.members.filter((member) => !member.optional).map(({ name }) => name);
    return {
      type: 'object',
      ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
      ...(required.length === 0 ? {} : { required }),
      ...(node.values === null ? {} : { additionalProperties: this.#schema(node.values) }),
    };
  }

  #union(parts: readonly TypeNode[]): JsonObject {
    const literals = parts.filter((part) => part.kind === 'literal').map(({ value }) => value);
    if (literals.length === parts.length) return { type: typeof literals[0], enum: literals };
    const isIntOrString = parts.every(
      (part) => part.kind === 'name' && (part.name === 'string' || part.name === 'number'),
    );
    if (isIntOrString) return { 'x-kubernetes-int-or-string': true };
    return this.#intersection(parts);
  }

  /** The generated files repeat an object for each alternative, so the first object names every property. */
  #intersection(parts: readonly TypeNode[]): JsonObject {
    const object = parts.find((part) => part.kind === 'object');
    if (object !== undefined) return this.#schema(object);
    const nested = parts.find((part) => part.kind === 'union' || part.kind === 'intersection');
    return nested === undefined ? {} : this.#schema(nested);
  }
}

interface LoadedModule {
  readonly schema: JsonObject;
  readonly references: readonly SchemaModule[];
}

const loaded = new Map<string, Promise<LoadedModule>>();

async function readModule(module: SchemaModule): Promise<LoadedModule> {
  const file = `${packageFolder(module.package)}/${module.module}.d.ts`;
  const reader = new ModuleReader(module, parseDeclarations(await readFile(file, 'utf8')));
  const schema = reader.whole();
  const typed = hasNumbers(schema)
    ? withNumberTypes(schema, await schemaValidator(module))
    : schema;
  const own = { schema: typed, references: reader.references };
  const bases = await Promise.all(reader.bases().map(loadModule));
  return bases.reduce(inherit, own);
}

function inherit(own: LoadedModule, base: LoadedModule): LoadedModule {
  const properties = {
    ...objectOf(base.schema['properties']),
    ...objectOf(own.schema['properties']),
  };
  const required = [...arrayOf(base.schema['required']), ...arrayOf(own.schema['required'])];
  return {
    schema: { ...own.schema, properties, ...(required.length === 0 ? {} : { required }) },
    references: [...own.references, ...base.references],
  };
}

function loadModule(module: SchemaModule): Promise<LoadedModule> {
  const name = componentName(module);
  const known = loaded.get(name) ?? readModule(module);
  loaded.set(name, known);
  return known;
}

/**
 * The OpenAPI schemas of a module and of everything it refers to, by component name. They are made from the type
 * declarations of the npm packages; which numbers are integers is asked of their compiled schemas. Read once per process.
 * Rejects when a package or module is missing.
 */
export async function schemasOf(module: SchemaModule): Promise<ReadonlyMap<string, JsonObject>> {
  const schemas = new Map<string, JsonObject>();
  const open = [module];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const name = componentName(next);
    if (schemas.has(name)) continue;
    const { schema, references } = await loadModule(next);
    schemas.set(name, schema);
    open.push(...references);
  }
  return schemas;
}
