import { isObject, objectOf, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { isAtomicMapAt, isSetAt, listKeysAt, retainsKeysAt } from '@/demo/kubernetes/list-topology';
import type { ResourceType } from '@/demo/kubernetes/resource-type';
import { COMPONENT_REFERENCE } from '@/demo/kubernetes/schema-source';

/** The `x-kubernetes-…` extensions by which clients know how a field merges; `{}` for one that is replaced. */
function markersAt(type: ResourceType, path: readonly string[], isList: boolean): JsonObject {
  const retains = retainsKeysAt(type, path);
  if (!isList) {
    return {
      ...(retains ? { 'x-kubernetes-patch-strategy': 'retainKeys' } : {}),
      ...(isAtomicMapAt(type, path) ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    };
  }
  if (isSetAt(path)) {
    return { 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' };
  }
  const keys = listKeysAt(type, path);
  // Not marked atomic: the same schema may stand at another path where the list has keys.
  if (keys === null) return {};
  return {
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys.mapKeys,
    'x-kubernetes-patch-merge-key': keys.patchMergeKey,
    'x-kubernetes-patch-strategy': retains ? 'merge,retainKeys' : 'merge',
  };
}

function referenceOf(schema: JsonObject): string {
  const [only] = Array.isArray(schema['allOf']) ? (schema['allOf'] as unknown[]) : [];
  const reference = stringOf(objectOf(only ?? schema)['$ref']);
  return reference.slice(COMPONENT_REFERENCE.length);
}

/** One walk over the schemas of a kind from its root, so that the path of every field is known. */
class Marker {
  readonly marked: Map<string, JsonObject>;
  /** What the walk is inside of; schemas may contain themselves. */
  readonly #open = new Set<string>();

  constructor(
    private readonly type: ResourceType,
    schemas: ReadonlyMap<string, JsonObject>,
  ) {
    this.marked = new Map(schemas);
  }

  component(name: string, path: readonly string[]): void {
    const schema = this.marked.get(name);
    if (schema === undefined || this.#open.has(name)) return;
    this.#open.add(name);
    this.marked.set(name, this.#schema(schema, path));
    this.#open.delete(name);
  }

  #schema(schema: JsonObject, path: readonly string[]): JsonObject {
    const reference = referenceOf(schema);
    if (reference !== '') this.component(reference, path);
    const { properties, items } = schema;
    return {
      ...schema,
      ...(isObject(items) ? { items: this.#schema(items, path) } : {}),
      ...(isObject(properties) ? { properties: this.#properties(properties, path) } : {}),
    };
  }

  #properties(properties: JsonObject, path: readonly string[]): JsonObject {
    const entries = Object.entries(properties).map(([name, value]): [string, unknown] => {
      if (!isObject(value)) return [name, value];
      const below = [...path, name];
      const markers = markersAt(this.type, below, value['type'] === 'array');
      const schema = this.#schema(value, below);
      const isPlain = '$ref' in schema && Object.keys(markers).length > 0;
      return [name, isPlain ? { allOf: [schema], ...markers } : { ...schema, ...markers }];
    });
    return Object.fromEntries(entries);
  }
}

/** The schemas of a kind, whose own is called `root`, with the extensions that say how each of its lists is merged. */
export function withListMarkers(
  type: ResourceType,
  root: string,
  schemas: ReadonlyMap<string, JsonObject>,
): ReadonlyMap<string, JsonObject> {
  const marker = new Marker(type, schemas);
  marker.component(root, []);
  return marker.marked;
}
