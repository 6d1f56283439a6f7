import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { smallMesh } from '@/demo/traffic/testing/small-mesh';

const KINDS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'ServiceEntry'],
  ['networking.istio.io/v1', 'Gateway'],
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
];

/** Specs whose known fields hold anything at all. */
const FIELDS = [
  'hosts',
  'host',
  'http',
  'tcp',
  'subsets',
  'trafficPolicy',
  'mtls',
  'selector',
  'rules',
  'parentRefs',
  'ports',
];
const anySpec = fc.dictionary(
  fc.constantFrom(...FIELDS),
  fc.oneof(
    fc.jsonValue(),
    fc.constant(['server']),
    fc.constant('server'),
    fc.array(
      fc.dictionary(
        fc.constantFrom(
          'match',
          'route',
          'fault',
          'retries',
          'mirror',
          'delegate',
          'backendRefs',
          'matches',
          'from',
          'to',
          'weight',
          'name',
        ),
        fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
      ),
    ),
  ),
);

describe('compilePlan', () => {
  it('makes a plan of any object, however odd, and traffic goes on', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), anySpec, ([apiVersion, kind], spec) => {
        const object: KubernetesObject = {
          apiVersion,
          kind,
          metadata: { namespace: 'back', name: 'odd' },
          spec,
        };
        const mesh = smallMesh({ objects: [object], ratePerSecond: 20 });
        mesh.run(2);
        const server = mesh.registry.total('istio_requests_total', { reporter: 'destination' });
        expect(Number.isInteger(server)).toBe(true);
      }),
      { numRuns: 120 },
    );
  }, 30_000);
});
