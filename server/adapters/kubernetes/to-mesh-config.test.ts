import { expect, test } from 'vitest';
import { toMeshConfig } from '@/server/adapters/kubernetes/to-mesh-config';

const read = (mesh: string) => toMeshConfig({ data: { mesh } }, 'istio-system');

test('VirtualServices without exportTo are public, unless the mesh says otherwise', () => {
  expect(read('trustDomain: a.test').defaultVirtualServiceExportTo).toEqual(['*']);
  expect(read('defaultVirtualServiceExportTo: ["."]').defaultVirtualServiceExportTo).toEqual(['.']);
  expect(read('defaultVirtualServiceExportTo: []').defaultVirtualServiceExportTo).toEqual(['*']);
});
