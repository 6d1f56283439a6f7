import { expect, test } from 'vitest';
import { toMeshConfig } from '@/server/adapters/kubernetes/to-mesh-config';

const read = (mesh: string) => toMeshConfig({ data: { mesh } }, 'istio-system');

test.each(['defaultVirtualServiceExportTo', 'defaultDestinationRuleExportTo'] as const)(
  '%s is read by itself, and is public where the mesh says nothing',
  (field) => {
    const other = {
      defaultVirtualServiceExportTo: 'defaultDestinationRuleExportTo',
      defaultDestinationRuleExportTo: 'defaultVirtualServiceExportTo',
    }[field];
    expect(read('trustDomain: a.test')[field]).toEqual(['*']);
    expect(read(`${field}: ["."]`)[field]).toEqual(['.']);
    expect(read(`${field}: []`)[field]).toEqual(['*']);
    expect(read(`${other}: ["."]`)[field]).toEqual(['*']);
  },
);

test('trust domains are the mesh’s own, its aliases and those of further certificate authorities', () => {
  const mesh = read(
    'trustDomain: new.example\ntrustDomainAliases: [old.example]\ncaCertificates: [{pem: x, trustDomains: [other.example]}]',
  );
  expect(mesh.trustDomain).toBe('new.example');
  expect(mesh.trustDomainAliases).toEqual(['old.example', 'other.example']);
  expect(read('rootNamespace: x')).toMatchObject({
    trustDomain: 'cluster.local',
    trustDomainAliases: [],
  });
});

test('the wait for the first bytes of a client is read as Go writes it, and is without limit by default', () => {
  const waitOf = (text: string) =>
    read(`protocolDetectionTimeout: ${text}`).protocolDetectionTimeoutMs;
  expect(read('rootNamespace: x').protocolDetectionTimeoutMs).toBe(0);
  expect(['0s', '100ms', '0.100s', '1m30s', 'soon'].map(waitOf)).toEqual([0, 100, 100, 90_000, 0]);
});
