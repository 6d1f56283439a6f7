import { stringify } from 'yaml';
import type { JsonObject } from '@/mesh/json';
import { readObject } from '@/mesh/read-json';

/** An object as YAML for people: without `managedFields`, long lines unfolded. */
export function toYaml(object: JsonObject): string {
  const { managedFields: _managedFields, ...metadata } = readObject(object, 'metadata') ?? {};
  return stringify({ ...object, metadata }, { lineWidth: 0 });
}
