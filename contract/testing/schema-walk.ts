/** The parts of a JSON Schema that hold others or say what a value may be. */
export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

/** One property with its way from the component, e.g. `Graph.nodes[].inbound.rps`. */
export interface Property {
  readonly path: string;
  readonly name: string;
  readonly schema: Schema;
}

function alternatives(schema: Schema): readonly Schema[] {
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
}

/** Every property below a schema at any depth; references are not followed, since components are walked by themselves. */
export function allProperties(path: string, schema: Schema): readonly Property[] {
  const { properties = {}, items, additionalProperties: rest } = schema;
  return [
    ...Object.entries(properties).flatMap(([name, inner]) => [
      { path: `${path}.${name}`, name, schema: inner },
      ...allProperties(`${path}.${name}`, inner),
    ]),
    ...(items === undefined ? [] : allProperties(`${path}[]`, items)),
    ...(typeof rest === 'object' ? allProperties(`${path}.*`, rest) : []),
    ...alternatives(schema).flatMap((inner) => allProperties(path, inner)),
  ];
}

function accepts(schema: Schema, type: string): boolean {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const { items } = schema;
  return (
    types.includes(type) ||
    alternatives(schema).some((inner) => accepts(inner, type)) ||
    (items !== undefined && items.properties === undefined && accepts(items, type))
  );
}

/** Whether a value, or an item of a list, may be `null`. */
export function isNullable(schema: Schema): boolean {
  return accepts(schema, 'null');
}

/** Whether a value is a number or a list of numbers. */
export function isNumeric(schema: Schema): boolean {
  return accepts(schema, 'number') || accepts(schema, 'integer');
}
