import { describe, expect, it } from 'vitest';
import { smallMesh } from '@/demo/traffic/testing/small-mesh';

const REQUESTS = 'istio_requests_total';
const DURATION = 'istio_request_duration_milliseconds';

describe('series of a workload', () => {
  it('end with its last pod, while what its peers reported of it stays', () => {
    const mesh = smallMesh();
    mesh.run(5);
    mesh.cluster.remove('Deployment', 'back', 'server-v2');
    mesh.run(1);
    const gone = { destination_workload: 'server-v2' };
    expect(mesh.registry.select(REQUESTS, { ...gone, reporter: 'destination' })).toEqual([]);
    expect(mesh.registry.select(DURATION, { ...gone, reporter: 'destination' })).toEqual([]);
    expect(mesh.registry.select(REQUESTS, { ...gone, reporter: 'source' })).toHaveLength(1);
    const left = { destination_workload: 'server-v1', reporter: 'destination' };
    expect(mesh.registry.total(REQUESTS, left)).toBeGreaterThan(100);
  });

  it('that reported as a client end with it too', () => {
    const mesh = smallMesh();
    mesh.run(5);
    mesh.cluster.remove('Deployment', 'front', 'client');
    mesh.run(1);
    expect(mesh.registry.select(REQUESTS, { reporter: 'source' })).toEqual([]);
    expect(mesh.registry.select(REQUESTS, { reporter: 'destination' })).toHaveLength(2);
  });
});
