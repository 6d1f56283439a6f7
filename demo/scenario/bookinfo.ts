import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { bookinfoConfig } from '@/demo/scenario/bookinfo-config';
import { httpCall, tcpCall } from '@/demo/scenario/calls';
import { deployment, namespace, service, serviceAccount } from '@/demo/scenario/manifests';
import type { TrafficSource, WorkloadBehaviour } from '@/demo/traffic/behaviour';

const NAMESPACE = 'bookinfo';
const PORT = 9080;

const VERSIONS: readonly (readonly [app: string, version: string, replicas: number])[] = [
  ['productpage', 'v1', 2],
  ['details', 'v1', 1],
  // No route tells the two apart yet, so each gets half: a canary can be started here.
  ['details', 'v2', 1],
  ['ratings', 'v1', 1],
  ['ratings', 'v2', 1],
  ['reviews', 'v1', 2],
  ['reviews', 'v2', 1],
  ['reviews', 'v3', 1],
];

/** Istio's bookshop: a page made of details and of reviews in three versions, of which two show ratings. */
export function bookinfo(): KubernetesObject[] {
  const apps = ['productpage', 'details', 'ratings', 'reviews'];
  return [
    namespace(NAMESPACE, true),
    ...apps.map((app) => serviceAccount(NAMESPACE, `bookinfo-${app}`)),
    ...apps.map((app) => service(NAMESPACE, app, { app }, [{ name: 'http', port: PORT }])),
    ...VERSIONS.map(([app, version, replicas]) =>
      deployment({
        namespace: NAMESPACE,
        name: `${app}-${version}`,
        app,
        version,
        replicas,
        image: `docker.io/istio/examples-bookinfo-${app}-${version}:1.20.3`,
        port: PORT,
        serviceAccount: `bookinfo-${app}`,
      }),
    ),
    serviceAccount(NAMESPACE, 'bookinfo-mongodb'),
    deployment({
      namespace: NAMESPACE,
      name: 'mongodb-v1',
      app: 'mongodb',
      version: 'v1',
      image: 'docker.io/istio/examples-bookinfo-mongodb:1.20.3',
      port: 27017,
      serviceAccount: 'bookinfo-mongodb',
    }),
    service(NAMESPACE, 'mongodb', { app: 'mongodb' }, [{ name: 'mongo', port: 27017 }]),
    ...bookinfoConfig(),
  ];
}

const ratings = httpCall('ratings', PORT, '/ratings/0', { responseBytes: 180 });

/** How the bookshop's applications act, by workload. */
export const BOOKINFO_BEHAVIOUR: Readonly<Record<string, WorkloadBehaviour>> = {
  'bookinfo/productpage': {
    serviceMs: 9,
    failures: [],
    calls: [
      httpCall('details', PORT, '/details/0', { responseBytes: 420 }),
      httpCall('reviews', PORT, '/reviews/0', { responseBytes: 900 }),
    ],
    operations: { '/static/bootstrap/css/bootstrap.min.css': [], '/login': [] },
  },
  'bookinfo/details': { serviceMs: 3, failures: [{ ratio: 0.03, status: 503 }], calls: [] },
  'bookinfo/reviews-v1': { serviceMs: 6, failures: [], calls: [] },
  'bookinfo/reviews-v2': { serviceMs: 8, failures: [], calls: [ratings] },
  'bookinfo/reviews-v3': {
    serviceMs: 11,
    failures: [{ ratio: 0.01, status: 500 }],
    calls: [ratings],
  },
  'bookinfo/reviews': { serviceMs: 7, failures: [], calls: [ratings] },
  'bookinfo/ratings-v1': { serviceMs: 2, failures: [], calls: [] },
  'bookinfo/ratings-v2': {
    serviceMs: 3,
    failures: [],
    calls: [tcpCall('mongodb', 27017, { perRequest: 1 })],
  },
  'bookinfo/mongodb': { serviceMs: 2, failures: [], calls: [] },
};

const page = httpCall('bookinfo.example.com', 80, '/productpage', { responseBytes: 5200 });
const stylesheet = httpCall('bookinfo.example.com', 80, '/static/bootstrap/css/bootstrap.min.css', {
  responseBytes: 14_000,
});

/** Readers of the shop, who come in through the gateway. */
export const BOOKINFO_SOURCES: readonly TrafficSource[] = [
  {
    name: 'bookinfo readers',
    kind: 'gateway',
    namespace: 'istio-system',
    workload: 'istio-ingressgateway',
    ratePerSecond: 22,
    requests: [
      { weight: 78, call: page },
      { weight: 10, call: { ...page, headers: { 'end-user': 'jason' } } },
      { weight: 8, call: stylesheet },
      { weight: 3, call: httpCall('bookinfo.example.com', 80, '/login', { method: 'POST' }) },
      { weight: 1, call: httpCall('bookinfo.example.com', 80, '/wp-login.php') },
    ],
  },
];
