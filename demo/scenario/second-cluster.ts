import { isIstiod } from '@/demo/cluster-id';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, isObject, objectOf } from '@/demo/kubernetes/json';
import { bookinfo, BOOKINFO_SOURCES } from '@/demo/scenario/bookinfo';
import { clusterObjects } from '@/demo/scenario/cluster-objects';
import { gatewayWorkload, istioSystem } from '@/demo/scenario/istio-system';
import { networking, security, serviceAccount } from '@/demo/scenario/manifests';
import type { Scenario } from '@/demo/scenario/scenario';
import { standardScenario } from '@/demo/scenario/standard-scenario';

/** What metrics call the two clusters. */
export const CLUSTER_NAMES = { first: 'east', second: 'west' } as const;

/** A mesh of two clusters with an istiod each, on two networks. */
export interface TwoClusterScenario extends Scenario {
  /** The objects of the second cluster. */
  readonly second: readonly KubernetesObject[];
}

/** Deployments of the bookshop that the second cluster has not: its pages get these from the first. */
const ONLY_FIRST = ['details-v1', 'details-v2', 'reviews-v1', 'ratings-v2', 'mongodb-v1'];

/** The standard mesh as first cluster, and a part of the bookshop, with readers and routes of its own, as second. */
export function twoClusterScenario(): TwoClusterScenario {
  const standard = standardScenario();
  const [first, second] = [CLUSTER_NAMES.first, CLUSTER_NAMES.second];
  const readers = BOOKINFO_SOURCES.map((source) => ({
    ...source,
    name: `${source.name} of ${second}`,
    cluster: second,
    ratePerSecond: source.ratePerSecond / 2,
  }));
  return {
    objects: [...named(standard.objects, first), ...eastWestGateway(first)],
    second: [
      ...named([...clusterObjects(), ...istioSystem()], second),
      ...bookinfo().filter(isInSecond),
      ...ownConfiguration(),
      ...eastWestGateway(second),
    ],
    application: {
      ...standard.application,
      sources: [...standard.application.sources, ...readers],
    },
  };
}

/** Tells istiod what its cluster is called. */
function named(objects: readonly KubernetesObject[], cluster: string): KubernetesObject[] {
  return objects.map((object) => (isIstiod(object) ? withClusterId(object, cluster) : object));
}

function withClusterId(istiod: KubernetesObject, cluster: string): KubernetesObject {
  const spec = objectOf(istiod['spec']);
  const template = objectOf(spec['template']);
  const podSpec = objectOf(template['spec']);
  const containers = arrayOf(podSpec['containers']).map((container) =>
    isObject(container)
      ? { ...container, env: [{ name: 'CLUSTER_ID', value: cluster }] }
      : container,
  );
  return {
    ...istiod,
    spec: { ...spec, template: { ...template, spec: { ...podSpec, containers } } },
  };
}

function eastWestGateway(cluster: string): KubernetesObject[] {
  const name = 'istio-eastwestgateway';
  const labels = {
    app: name,
    istio: 'eastwestgateway',
    'topology.istio.io/network': `network-${cluster}`,
  };
  return [
    serviceAccount('istio-system', `${name}-service-account`),
    ...gatewayWorkload('istio-system', name, labels),
    networking(
      'Gateway',
      { name: 'cross-network-gateway', namespace: 'istio-system' },
      {
        selector: { istio: 'eastwestgateway' },
        servers: [
          {
            port: { number: 15443, name: 'tls', protocol: 'TLS' },
            tls: { mode: 'AUTO_PASSTHROUGH' },
            hosts: ['*.local'],
          },
        ],
      },
    ),
  ];
}

/** Configuration is each istiod's own: of the bookshop's only the entrance and the subsets are the same in both. */
function isInSecond(object: KubernetesObject): boolean {
  const { kind, metadata } = object;
  if (kind === 'Deployment') return !ONLY_FIRST.includes(metadata.name);
  if (kind === 'VirtualService') return metadata.name === 'bookinfo';
  return kind !== 'PeerAuthentication' && kind !== 'AuthorizationPolicy';
}

/** The second cluster is further with its canary, and accepts plaintext still. */
function ownConfiguration(): KubernetesObject[] {
  return [
    networking(
      'VirtualService',
      { name: 'reviews', namespace: 'bookinfo' },
      {
        hosts: ['reviews'],
        http: [
          {
            name: 'canary',
            route: [
              { destination: { host: 'reviews', subset: 'v1' }, weight: 40 },
              { destination: { host: 'reviews', subset: 'v2' }, weight: 60 },
            ],
          },
        ],
      },
    ),
    security(
      'PeerAuthentication',
      { name: 'default', namespace: 'bookinfo' },
      { mtls: { mode: 'PERMISSIVE' } },
    ),
  ];
}
