import { describe, expect, test } from 'vitest';
import { aPeerAuthentication } from '@/mesh/testing/topology-builders';
import { assessScene } from '@/mesh/testing/mtls-scene';
import type { JsonObject } from '@/mesh/json';

const API = { selector: { matchLabels: { app: 'api' } } };
const at = (namespace: string, name: string, createdAtMs: number, spec: JsonObject) =>
  aPeerAuthentication(namespace, name, spec, { createdAtMs });
const mode = (value: string) => ({ mtls: { mode: value } });
const serverOf = (config: Parameters<typeof assessScene>[0]['config'] & {}) =>
  assessScene({ config }).server;

describe.each([
  ['the mesh', 'istio-system'],
  ['the namespace', 'shop'],
])('several PeerAuthentications for %s', (_scope, namespace) => {
  test('the oldest counts, whatever its name', () => {
    const config = [
      at(namespace, 'a', 2_000, mode('DISABLE')),
      at(namespace, 'z', 1_000, mode('STRICT')),
    ];
    expect(serverOf(config)).toMatchObject({ mode: 'STRICT', decidedBy: { namespace, name: 'z' } });
  });

  test('of two that are equally old the first by name counts', () => {
    const config = [
      at(namespace, 'z', 1_000, mode('STRICT')),
      at(namespace, 'a', 1_000, mode('DISABLE')),
    ];
    expect(serverOf(config)).toMatchObject({ mode: 'DISABLE', decidedBy: { name: 'a' } });
  });

  test('a younger one fills nothing in that the oldest leaves unset', () => {
    const config = [at(namespace, 'old', 1_000, {}), at(namespace, 'young', 2_000, mode('STRICT'))];
    expect(serverOf(config)).toMatchObject({ mode: 'PERMISSIVE', decidedBy: null });
  });

  test('an object whose matchLabels are empty speaks for the scope', () => {
    const empty = { ...mode('STRICT'), selector: { matchLabels: {} } };
    expect(serverOf([at(namespace, 'default', 1, empty)])).toMatchObject({ mode: 'STRICT' });
  });
});

describe('PeerAuthentications for a workload', () => {
  test('one that names a label which the workload lacks is not its own', () => {
    const both = { selector: { matchLabels: { app: 'api', tier: 'gold' } }, ...mode('STRICT') };
    expect(serverOf([at('shop', 'own', 1, both)])?.mode).toBe('PERMISSIVE');
    const gold = assessScene({
      config: [at('shop', 'own', 1, both)],
      server: { labels: { app: 'api', tier: 'gold', extra: 'x' } },
    });
    expect(gold.server?.mode).toBe('STRICT');
  });

  test('one of another namespace is not its own', () => {
    expect(serverOf([at('web', 'own', 1, { ...API, ...mode('STRICT') })])?.mode).toBe('PERMISSIVE');
  });

  test('one that leaves the mode unset inherits that of the namespace', () => {
    const config = [at('shop', 'default', 1, mode('STRICT')), at('shop', 'own', 1, API)];
    expect(serverOf(config)).toMatchObject({ mode: 'STRICT', decidedBy: { name: 'default' } });
  });

  test('ports of a younger one count for nothing', () => {
    const config = [
      at('shop', 'old', 1_000, { ...API, ...mode('STRICT') }),
      at('shop', 'young', 2_000, { ...API, portLevelMtls: { '9080': { mode: 'DISABLE' } } }),
    ];
    expect(serverOf(config)).toMatchObject({ mode: 'STRICT', decidedBy: { name: 'old' } });
  });

  test('a port entry beats the mode of its own object, up and down', () => {
    const own = (all: string, port: string) =>
      serverOf([
        at('shop', 'own', 1, { ...API, ...mode(all), portLevelMtls: { '9080': { mode: port } } }),
      ])?.mode;
    expect(own('STRICT', 'PERMISSIVE')).toBe('PERMISSIVE');
    expect(own('DISABLE', 'STRICT')).toBe('STRICT');
  });
});

describe('what auto mTLS infers of a service', () => {
  const clientOf = (...config: Parameters<typeof at>[]) =>
    assessScene({ config: config.map((entry) => at(...entry)) }).client;

  test('DISABLE of the mesh turns it off for namespaces that say nothing', () => {
    expect(clientOf(['istio-system', 'default', 1, mode('DISABLE')])).toMatchObject({
      mode: 'plaintext',
      decidedBy: { namespace: 'istio-system', name: 'default' },
    });
  });

  test('a namespace that is not DISABLE has it again', () => {
    const mesh = ['istio-system', 'default', 1, mode('DISABLE')] as const;
    expect(clientOf([...mesh], ['shop', 'default', 1, mode('PERMISSIVE')])?.mode).toBe('auto');
  });

  test('switched off for the mesh it leaves STRICT servers without callers, unless a rule says mutual TLS', () => {
    const config = [at('shop', 'default', 1, mode('STRICT'))];
    expect(assessScene({ config, mesh: { enableAutoMtls: false } }).verdict).toBe('broken');
  });
});
