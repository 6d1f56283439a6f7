import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { grpcCall, httpCall } from '@/demo/scenario/calls';
import { deployment, namespace, networking, serviceAccount } from '@/demo/scenario/manifests';
import type { TrafficSource } from '@/demo/traffic/behaviour';

/** Callers from other namespaces: `ops` has proxies and one mistake in its configuration, `legacy` has no proxies. */
export function outsiders(): KubernetesObject[] {
  const caller = (place: string, name: string): KubernetesObject[] => [
    serviceAccount(place, name),
    deployment({
      namespace: place,
      name,
      app: name,
      version: 'v1',
      image: `registry.example.com/${place}/${name}:2.4.1`,
      port: null,
      serviceAccount: name,
    }),
  ];
  return [
    namespace('ops', true),
    ...caller('ops', 'report-builder'),
    networking(
      'DestinationRule',
      {
        name: 'productpage-plaintext',
        namespace: 'ops',
        annotations: {
          'example.com/why':
            'left over from a test; bookinfo is STRICT, so this breaks the reports',
        },
      },
      {
        host: 'productpage.bookinfo.svc.cluster.local',
        trafficPolicy: { tls: { mode: 'DISABLE' } },
      },
    ),
    namespace('legacy', false),
    ...caller('legacy', 'legacy-batch'),
  ];
}

/** What the outsiders ask for. */
export const OUTSIDER_SOURCES: readonly TrafficSource[] = [
  {
    name: 'reports',
    kind: 'workload',
    namespace: 'ops',
    workload: 'report-builder',
    ratePerSecond: 3,
    requests: [
      { weight: 3, call: httpCall('reviews.bookinfo', 9080, '/reviews/0') },
      { weight: 2, call: httpCall('details.bookinfo', 9080, '/details/0') },
      { weight: 2, call: httpCall('productpage.bookinfo', 9080, '/api/v1/products') },
      { weight: 2, call: httpCall('metrics.saas.example', 80, '/ingest', { method: 'POST' }) },
    ],
  },
  {
    name: 'nightly batch that runs all day',
    kind: 'workload',
    namespace: 'legacy',
    workload: 'legacy-batch',
    ratePerSecond: 4,
    requests: [
      {
        weight: 3,
        call: grpcCall(
          'productcatalogservice.boutique',
          3550,
          'hipstershop.ProductCatalogService/ListProducts',
        ),
      },
      { weight: 1, call: httpCall('ratings.bookinfo', 9080, '/ratings/0') },
    ],
  },
];
