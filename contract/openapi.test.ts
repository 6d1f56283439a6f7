import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020';
import { describe, expect, test } from 'vitest';
import { endpoints } from '@/contract/endpoints';
import { buildOpenApi } from '@/contract/openapi';
import { allProperties, isNullable, isNumeric, type Schema } from '@/contract/testing/schema-walk';

interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly description?: string;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly description?: string }>>;
}

const document = JSON.parse(JSON.stringify(buildOpenApi('1.2.3'))) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
const components = Object.entries(document.components.schemas);
const properties = components.flatMap(([name, schema]) => allProperties(name, schema));

function wordsOf(text: string | undefined): number {
  return (text ?? '').split(' ').filter((word) => /\w/.test(word)).length;
}

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  );
}

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document));
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('describes every endpoint once, each with its own operation id', () => {
    expect(operations).toHaveLength(endpoints.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(endpoints.length);
  });

  test('has no reference to a schema that is not there', () => {
    for (const reference of references(document)) {
      const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
      expect(document.components.schemas, reference).toHaveProperty(name ?? reference);
    }
  });

  test('lists the query parameters as they are written in a URL', () => {
    const graph = document.paths['/api/v1/graph']?.['get'];
    expect(graph?.parameters.map(({ name }) => name)).toEqual(['window', 'namespaces', 'view']);
  });

  test('holds schemas that a JSON Schema 2020-12 validator accepts', () => {
    const ajv = new Ajv2020({
      strict: true,
      strictRequired: false,
      allowUnionTypes: true,
      keywords: ['components'],
    });
    ajv.addSchema({ $id: 'https://fanari/openapi', components: document.components });
    for (const [name] of components) {
      const validate = ajv.compile({ $ref: `https://fanari/openapi#/components/schemas/${name}` });
      expect(validate({}), name).toBe(['JsonValue', 'StreamAlive'].includes(name));
    }
  });
});

describe('what a program cannot guess stands in the document:', () => {
  test('what every schema and every property means, at any depth', () => {
    expect(properties.length).toBeGreaterThan(250);
    for (const [name, schema] of components) {
      expect(wordsOf(schema.description), name).toBeGreaterThanOrEqual(2);
    }
    const unsaid = properties.filter(({ schema }) => wordsOf(schema.description) < 3);
    expect(unsaid.map(({ path }) => path)).toEqual([]);
  });

  test('what `null` means, wherever a value or an item of a list may be null', () => {
    const nullable = properties.filter(({ schema }) => isNullable(schema));
    expect(nullable.length).toBeGreaterThan(60);
    const unsaid = nullable.filter(({ schema }) => !schema.description?.includes('`null`'));
    expect(unsaid.map(({ path }) => path)).toEqual([]);
  });

  test.each([
    [/(^rps|PerSecond)$/, /per second/],
    [/BytesPerSecond$/, /bytes per second/],
    [/(^at|Ms|Ms\w+)$/, /milliseconds/],
    [/^(sinceMs|startMs|timeMs|changedAtMs|at)$/, /epoch milliseconds/],
    [/([a-z]Seconds|^seconds)$/, /\bseconds\b/],
    [/(Ratio|[sS]hare)$/, /0\.\.1/],
    [/percent$/, /0\.\.100/],
    [/[pP]ods$/, /^Number of/],
    [/[wW]eight$/, /[wW]eight/],
  ])('the unit of every number named %s', (name, unit) => {
    const numbers = properties.filter((property) => {
      return isNumeric(property.schema) && name.test(property.name);
    });
    expect(numbers).not.toEqual([]);
    const unsaid = numbers.filter(({ schema }) => !unit.test(schema.description ?? ''));
    expect(unsaid.map(({ path }) => path)).toEqual([]);
  });

  test('of every other number, what it counts', () => {
    const known =
      /per second|milliseconds|\bseconds\b|0\.\.1|[wW]eight|[nN]umber|Position|HTTP status code|`metadata\.generation`/;
    const unsaid = properties.filter(
      ({ schema }) => isNumeric(schema) && !known.test(schema.description ?? ''),
    );
    expect(unsaid.map(({ path }) => path)).toEqual([]);
  });

  test('what each operation does and why it fails', () => {
    for (const { operationId, summary, description, responses } of operations) {
      expect(wordsOf(summary), operationId).toBeGreaterThanOrEqual(3);
      expect(wordsOf(description), operationId).toBeGreaterThanOrEqual(3);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '421', '500']));
      for (const [status, response] of Object.entries(responses)) {
        expect(wordsOf(response.description), `${operationId} ${status}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  test('what each parameter means, and what its absence means', () => {
    const parameters = operations.flatMap((operation) =>
      operation.parameters.map((parameter) => ({ id: operation.operationId, ...parameter })),
    );
    expect(parameters.length).toBeGreaterThan(20);
    for (const { id, name, required, description } of parameters) {
      expect(wordsOf(description), `${id} ${name}`).toBeGreaterThanOrEqual(3);
      if (!required) expect(description, `${id} ${name}`).toMatch(/absent|exactly one/);
    }
  });

  test('one answer for one status, with every reason when there are several', () => {
    const apply = document.paths['/api/v1/splits/apply']?.['post'];
    const forbidden = apply?.responses['403']?.description;
    expect(forbidden).toMatch(/another site/);
    expect(forbidden).toMatch(/read-only/);
    expect(forbidden).toMatch(/does not let Fanari/);
  });
});
