import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { packageFolder } from '@/demo/kubernetes/package-folder';
import type { SchemaModule } from '@/demo/kubernetes/resource-type';

/** One fault found by a schema. `path` is a JSON pointer, `keyword` the schema keyword that failed. */
export interface SchemaFault {
  readonly path: string;
  readonly keyword: string;
  readonly params: JsonObject;
}

interface CompiledSchema {
  (value: unknown): boolean;
  errors?: readonly unknown[] | null;
}

const compiled = new Map<string, Promise<CompiledSchema>>();

/**
 * Where the compiled schema of a module is. The module of a kind imports it; that of an alias (a port number) is empty,
 * and only its declaration has the full name after which the schema is called.
 */
async function schemaFile(module: SchemaModule): Promise<string> {
  const folder = packageFolder(module.package);
  const file = join(folder, module.module);
  const [, specifier] =
    /from"([^"]*_schemas\/[^"]+)"/.exec(await readFile(`${file}.js`, 'utf8')) ?? [];
  if (specifier !== undefined) return join(dirname(file), specifier);
  const [, name] = / as I(\w+)/.exec(await readFile(`${file}.d.ts`, 'utf8')) ?? [];
  if (name === undefined) throw new Error(`${module.module} has no schema`);
  return join(folder, '_schemas', `${name}.js`);
}

async function load(module: SchemaModule): Promise<CompiledSchema> {
  const url = pathToFileURL(await schemaFile(module)).href;
  const loaded = (await import(/* @vite-ignore */ url)) as { validate: CompiledSchema };
  return loaded.validate;
}

function toFault(error: unknown): readonly SchemaFault[] {
  if (!isObject(error)) return [];
  const { instancePath, keyword, params } = error;
  if (typeof instancePath !== 'string' || typeof keyword !== 'string') return [];
  return [{ path: instancePath, keyword, params: isObject(params) ? params : {} }];
}

/** Checks a value against one schema; no faults means valid. */
export type SchemaValidator = (value: unknown) => readonly SchemaFault[];

/** The compiled schema of a module, loaded once per process. Rejects when its package is not installed. */
export async function schemaValidator(module: SchemaModule): Promise<SchemaValidator> {
  const key = `${module.package}/${module.module}`;
  const pending = compiled.get(key) ?? load(module);
  compiled.set(key, pending);
  const validate = await pending;
  return (value) => (validate(value) ? [] : (validate.errors ?? []).flatMap(toFault));
}
