import { describe, expect, it } from 'vitest';
import { objectOf, readPath } from '@/demo/kubernetes/json';
import { schemaValidator } from '@/demo/kubernetes/schema-validator';
import { componentName, schemasOf } from '@/demo/kubernetes/schema-source';
import { SERVED_TYPES } from '@/demo/kubernetes/served-types';

const MODULES = SERVED_TYPES.flatMap((type) =>
  type.versions.flatMap(({ schema }) => (schema === null ? [] : [schema])),
);

describe('schemas from the npm packages', () => {
  it.each(MODULES)('$package/$module has fields and a compiled schema', async (module) => {
    const schemas = await schemasOf(module);
    const own = schemas.get(componentName(module));
    expect(readPath(own, 'properties')).toHaveProperty('metadata');
    expect(await schemaValidator(module)).toBeTypeOf('function');
  });

  it('keeps the documentation, the nesting and the choices of a route', async () => {
    const module = {
      package: '@kubernetes-models/istio',
      module: 'networking.istio.io/v1/VirtualService',
    };
    const own = (await schemasOf(module)).get(componentName(module));
    const rule = readPath(own, 'properties', 'spec', 'properties', 'http', 'items', 'properties');
    const weight = readPath(rule, 'route', 'items', 'properties', 'weight');
    expect(weight).toMatchObject({ type: 'integer', format: 'int32' });
    expect(readPath(weight, 'description')).toContain('proportion');
    expect(readPath(rule, 'match', 'items', 'properties', 'uri', 'properties')).toHaveProperty(
      'prefix',
    );
  });

  it('takes over the fields of the types that a type extends', async () => {
    const module = {
      package: '@kubernetes-models/gateway-api',
      module: 'gateway.networking.k8s.io/v1/HTTPBackendRef',
    };
    const own = (await schemasOf(module)).get(componentName(module));
    expect(Object.keys(objectOf(readPath(own, 'properties'))).toSorted()).toEqual([
      'filters',
      'group',
      'kind',
      'name',
      'namespace',
      'port',
      'weight',
    ]);
  });

  it.each([
    ['apps/v1/DeploymentSpec', 'replicas', { type: 'integer', format: 'int32' }],
    ['v1/PodSpec', 'activeDeadlineSeconds', { type: 'integer', format: 'int64' }],
    ['apiextensions.k8s.io/v1/JSONSchemaProps', 'multipleOf', { type: 'number' }],
  ])('tells integers from other numbers: %s %s', async (name, field, expected) => {
    const module = { package: 'kubernetes-models', module: name };
    const own = (await schemasOf(module)).get(componentName(module));
    expect(readPath(own, 'properties', field)).toMatchObject(expected);
  });

  it('knows the integers behind an alias', async () => {
    const name = 'gateway.networking.k8s.io/v1';
    const module = { package: '@kubernetes-models/gateway-api', module: `${name}/PortNumber` };
    expect((await schemasOf(module)).get(componentName(module))).toMatchObject({ type: 'integer' });
  });

  it('has no reference without a target', async () => {
    const module = { package: 'kubernetes-models', module: 'apps/v1/Deployment' };
    const schemas = await schemasOf(module);
    const references = JSON.stringify([...schemas.values()]).matchAll(
      /#\/components\/schemas\/([^"]+)/g,
    );
    for (const [, name = ''] of references) expect(schemas.has(name), name).toBe(true);
  });
});
