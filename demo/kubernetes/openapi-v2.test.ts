import { describe, expect, it } from 'vitest';
import { objectOf, readPath } from '@/demo/kubernetes/json';
import { openApiV2Document } from '@/demo/kubernetes/openapi-v2';
import { openApiV2Protobuf } from '@/demo/kubernetes/openapi-v2-protobuf';
import { apiVersionOf } from '@/demo/kubernetes/resource-type';
import { SERVED_TYPES } from '@/demo/kubernetes/served-types';

type Wire = ReadonlyMap<number, readonly Buffer[]>;

/** Reads the fields with a length of one message; throws where lengths do not add up. */
function read(bytes: Buffer): Wire {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const size = varint();
    if (tag % 8 === 0) continue;
    if (tag % 8 !== 2 || at + size > bytes.length) throw new Error(`illegal field at ${at}`);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), bytes.subarray(at, at + size)]);
    at += size;
  }
  return fields;
}

function inside(wire: Wire, ...path: readonly number[]): Wire {
  return path.reduce((current, number) => read(current.get(number)?.[0] ?? Buffer.alloc(0)), wire);
}

function textAt(wire: Wire, number: number): string {
  return wire.get(number)?.[0]?.toString() ?? '';
}

/** The value of a name among the entries of a map message. */
function entry(wire: Wire, number: number, name: string): Wire {
  const found = (wire.get(number) ?? []).map(read).find((item) => textAt(item, 1) === name);
  return inside(found ?? new Map(), 2);
}

describe('OpenAPI 2.0', () => {
  it('names the kind of one definition for every version of every kind', async () => {
    const { definitions } = await openApiV2Document();
    const kinds = Object.values(objectOf(definitions)).flatMap((definition) => {
      const identities = readPath(definition, 'x-kubernetes-group-version-kind');
      return Array.isArray(identities) ? (identities as unknown[]) : [];
    });
    const names = kinds.map((kind) => {
      const { group, version, kind: name } = objectOf(kind);
      return `${apiVersionOf(String(group), String(version))} ${String(name)}`;
    });
    const expected = SERVED_TYPES.flatMap((type) =>
      type.versions.map(({ name }) => `${apiVersionOf(type.group, name)} ${type.kind}`),
    );
    expect(names.toSorted()).toEqual(expected.toSorted());
  });

  it('has nothing that OpenAPI 2.0 does not know, and no reference without a target', async () => {
    const document = await openApiV2Document();
    const text = JSON.stringify(document);
    // JSONSchemaProps has fields of these names, so only lists of schemas count.
    expect(/"(all|one|any)Of":\[|#\/components/.exec(text)).toBeNull();
    const definitions = objectOf(document['definitions']);
    for (const [, name = ''] of text.matchAll(/"#\/definitions\/([^"]+)"/g)) {
      expect(definitions, name).toHaveProperty([name]);
    }
  });

  it('says how lists merge, as the API itself merges them', async () => {
    const definitions = objectOf((await openApiV2Document())['definitions']);
    expect(
      readPath(definitions, 'io.k8s.api.core.v1.PodSpec', 'properties', 'containers'),
    ).toMatchObject({
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-list-map-keys': ['name'],
    });
    const strategy = readPath(
      definitions,
      'io.k8s.api.apps.v1.DeploymentSpec',
      'properties',
      'strategy',
    );
    expect(strategy).toMatchObject({ 'x-kubernetes-patch-strategy': 'retainKeys' });
  });

  it('says the same in protobuf, by the field numbers of gnostic', async () => {
    const document = read(await openApiV2Protobuf());
    expect(textAt(document, 1)).toBe('2.0');
    const definitions = inside(document, 9);
    const spec = entry(definitions, 1, 'io.k8s.api.apps.v1.DeploymentSpec');
    expect((spec.get(19) ?? []).map(String)).toEqual(['selector', 'template']);
    const replicas = entry(inside(spec, 25), 1, 'replicas');
    expect([textAt(inside(replicas, 22), 1), textAt(replicas, 2)]).toEqual(['integer', 'int32']);
    const template = entry(inside(spec, 25), 1, 'template');
    expect(textAt(template, 1)).toBe('#/definitions/io.k8s.api.core.v1.PodTemplateSpec');
    const deployment = entry(definitions, 1, 'io.k8s.api.apps.v1.Deployment');
    const identity = textAt(entry(deployment, 31, 'x-kubernetes-group-version-kind'), 2);
    expect(JSON.parse(identity)).toEqual([{ group: 'apps', version: 'v1', kind: 'Deployment' }]);
  });

  it('tells in protobuf which patches take a dry run', async () => {
    const document = read(await openApiV2Protobuf());
    const item = entry(inside(document, 8), 2, '/api/v1/namespaces/{name}');
    const patch = inside(item, 8);
    const names = (patch.get(8) ?? []).map((parameter) =>
      textAt(inside(read(parameter), 1, 2, 3), 4),
    );
    expect(names).toContain('dryRun');
  });
});
