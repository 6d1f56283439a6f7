import { Ajv2020 } from 'ajv/dist/2020';
import { describe, expect, test } from 'vitest';
import { endpoints } from '@/contract/endpoints';
import { buildOpenApi } from '@/contract/openapi';

const document = JSON.parse(JSON.stringify(buildOpenApi('1.2.3'))) as {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; parameters: { name: string }[] }>>;
  components: { schemas: Record<string, object> };
};

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  );
}

describe('the OpenAPI document', () => {
  test('describes every endpoint once, each with its own operation id', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
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
    for (const name of Object.keys(document.components.schemas)) {
      const validate = ajv.compile({ $ref: `https://fanari/openapi#/components/schemas/${name}` });
      expect(validate({}), name).toBe(['JsonValue', 'StreamAlive'].includes(name));
    }
  });
});
