import { describe, expect, test } from 'vitest';
import { doctorFacts, said } from '@/mesh/testing/doctor-facts';
import { aService, aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import { portProtocol } from '@/mesh/topology/port-protocol';
import type { ServicePort } from '@/mesh/topology/topology';

function aPort(over: Partial<ServicePort>): ServicePort {
  return { name: null, port: 8080, targetPort: 8080, protocol: 'TCP', appProtocol: null, ...over };
}

function withPorts(
  ports: readonly ServicePort[],
  proxy: 'sidecar' | 'none' | 'gateway' = 'sidecar',
) {
  const services = [aService('shop', 'cart', { ports })];
  const workloads = [aWorkload('shop', 'cart', { proxy })];
  return doctorFacts({ topology: aTopology({ services, workloads }) });
}

describe('what istiod makes of a port', () => {
  // By ConvertProtocol of istio.io/istio/pkg/config/kube.
  test.each([
    [{ name: 'http' }, 'declared'],
    [{ name: 'HTTP-web' }, 'declared'],
    [{ name: 'grpc-web-ui' }, 'declared'],
    [{ name: 'http2-api' }, 'declared'],
    [{ name: 'web' }, 'guessed'],
    [{ name: 'httpweb' }, 'guessed'],
    [{ name: null }, 'guessed'],
    [{ name: 'db', port: 3306 }, 'fixed'],
    [{ name: 'dns', protocol: 'UDP' }, 'fixed'],
    [{ name: 'http', appProtocol: 'kubernetes.io/h2c' }, 'declared'],
    [{ name: 'kubernetes.io/h2c' }, 'guessed'],
    [{ name: 'web', appProtocol: 'HTTP' }, 'declared'],
    // The word decides, although the name would do.
    [{ name: 'http', appProtocol: 'example.com/custom' }, 'unknown-app-protocol'],
  ] as const)('%j is %s', (over, expected) => {
    expect(portProtocol(aPort(over))).toBe(expected);
  });
});

describe('ports of Services in the mesh', () => {
  test('a word that Istio does not know is a warning with a patch of the very port', () => {
    const ports = [aPort({ name: 'http' }), aPort({ port: 9000, name: 'x', appProtocol: 'foo' })];
    const [found] = said(withPorts(ports), 'app-protocol-unknown');
    expect(found).toMatchObject({ severity: 'warning', objectCount: 1 });
    expect(found?.objects[0]?.detail).toBe('port 9000 (x, appProtocol foo)');
    expect(found?.fix?.commands[0]).toContain('"op":"replace","path":"/spec/ports/1/appProtocol"');
  });

  test('a port that declares nothing is a note, since guessing works for HTTP', () => {
    const [found] = said(withPorts([aPort({ name: 'web' })]), 'port-protocol-guessed');
    expect(found).toMatchObject({ severity: 'info' });
    expect(said(withPorts([aPort({ name: 'http' })]), 'port-protocol-guessed')).toEqual([]);
  });

  test.each(['none', 'gateway'] as const)('ports before %s are nobody’s business', (proxy) => {
    const facts = withPorts([aPort({ name: 'status-port' })], proxy);
    expect(said(facts, 'port-protocol-guessed')).toEqual([]);
    expect(said(facts, 'ports-declared')).toEqual([]);
  });
});
