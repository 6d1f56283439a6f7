import { describe, expect, it } from 'vitest';
import { deployment, networking, service } from '@/demo/scenario/manifests';
import { readMesh } from '@/demo/traffic/model/read-mesh';
import { gatewayNames } from '@/demo/traffic/routing/gateway-names';
import { FakeCluster } from '@/demo/traffic/testing/fake-cluster';

const labels = { app: 'edge' };

/** Gateways that listen for a client of port 80 (443) of a Service whose pods listen on 8080 (8443). */
function namesFor(server: number, clientPort = 80): string[] {
  const gateway = networking(
    'Gateway',
    { name: `on-${String(server)}`, namespace: 'shop' },
    {
      selector: labels,
      servers: [{ port: { number: server, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
    },
  );
  const ports = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'https', port: 443, targetPort: 8443 },
    { name: 'status', port: 8443, targetPort: 15021 },
  ];
  const place = { namespace: 'edge', name: 'edge', app: 'edge', version: null };
  const model = readMesh(
    new FakeCluster([
      gateway,
      deployment({ ...place, image: 'i', port: 8080 }),
      service('edge', 'edge', labels, ports),
      service('edge', 'other', { app: 'other' }, [{ name: 'http', port: 80, targetPort: 9999 }]),
    ]),
  );
  const workload = model.podsByWorkload.get('edge/edge')?.[0]?.workload;
  if (workload === undefined) throw new Error('no gateway workload');
  return gatewayNames(model, workload, 'shop.example.com', clientPort);
}

describe('the port of a gateway’s server', () => {
  it.each([
    ['is the number of the Service’s port', 80, 80, true],
    ['or else the number on which the pods listen', 8080, 80, true],
    ['but not of another port', 81, 80, false],
    ['not where another Service has that target', 9999, 80, false],
    ['and a Service’s port of that number comes first', 8443, 443, false],
  ])('%s', (_what, server, clientPort, isServed) => {
    expect(namesFor(server, clientPort)).toEqual(isServed ? [`shop/on-${String(server)}`] : []);
  });
});
