import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { networking, security, versionSubsets } from '@/demo/scenario/manifests';

const NAMESPACE = 'bookinfo';

/** Routing and security of the bookshop: the namespace is STRICT, and reviews v2 is being rolled out as a canary. */
export function bookinfoConfig(): KubernetesObject[] {
  return [...entrance(), ...reviews(), ...ratings(), ...policies()];
}

function entrance(): KubernetesObject[] {
  return [
    networking(
      'Gateway',
      { name: 'bookinfo-gateway', namespace: NAMESPACE },
      {
        selector: { istio: 'ingressgateway' },
        servers: [
          { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['bookinfo.example.com'] },
        ],
      },
    ),
    networking(
      'VirtualService',
      { name: 'bookinfo', namespace: NAMESPACE },
      {
        hosts: ['bookinfo.example.com'],
        gateways: ['bookinfo-gateway'],
        http: [
          {
            name: 'pages',
            match: [
              { uri: { exact: '/productpage' } },
              { uri: { prefix: '/static' } },
              { uri: { exact: '/login' } },
              { uri: { exact: '/logout' } },
              { uri: { prefix: '/api/v1/products' } },
            ],
            route: [{ destination: { host: 'productpage', port: { number: 9080 } } }],
          },
        ],
      },
    ),
  ];
}

/** The main canary. The extra fields are there to show that an edit of the weights leaves them alone. */
function reviews(): KubernetesObject[] {
  return [
    versionSubsets(NAMESPACE, 'reviews', ['v1', 'v2', 'v3'], {
      loadBalancer: { simple: 'LEAST_REQUEST' },
      connectionPool: { tcp: { maxConnections: 200 }, http: { http1MaxPendingRequests: 400 } },
    }),
    networking(
      'VirtualService',
      {
        name: 'reviews',
        namespace: NAMESPACE,
        annotations: {
          'example.com/runbook':
            'https://wiki.example.com/reviews-canary # steps 1-4, do not reorder',
          'example.com/note': 'v2 shows black stars.\nAsk #books before going beyond 50 %.\n',
        },
      },
      {
        hosts: ['reviews'],
        http: [
          {
            name: 'jason-sees-v3',
            match: [{ headers: { 'end-user': { exact: 'jason' } } }],
            route: [{ destination: { host: 'reviews', subset: 'v3' } }],
            timeout: '1.5s',
          },
          {
            name: 'canary',
            route: [
              {
                destination: { host: 'reviews', subset: 'v1' },
                weight: 90,
                headers: { response: { set: { 'x-reviews-version': 'v1' } } },
              },
              {
                destination: { host: 'reviews', subset: 'v2' },
                weight: 10,
                headers: { response: { set: { 'x-reviews-version': 'v2' } } },
              },
            ],
            retries: { attempts: 2, perTryTimeout: '2s', retryOn: 'gateway-error,connect-failure' },
            corsPolicy: {
              allowOrigins: [{ exact: 'https://shop.example.com' }],
              allowMethods: ['GET', 'OPTIONS'],
              maxAge: '24h',
            },
            headers: { request: { add: { 'x-routed-by': 'reviews-canary' } } },
          },
        ],
      },
    ),
  ];
}

/** Two ways to store ratings, and a slow answer injected for one tester. */
function ratings(): KubernetesObject[] {
  return [
    versionSubsets(NAMESPACE, 'ratings', ['v1', 'v2']),
    networking(
      'VirtualService',
      { name: 'ratings', namespace: NAMESPACE },
      {
        hosts: ['ratings.bookinfo.svc.cluster.local'],
        http: [
          {
            match: [{ headers: { 'end-user': { exact: 'jason' } } }],
            fault: { delay: { fixedDelay: '2s', percentage: { value: 25 } } },
            route: [{ destination: { host: 'ratings', subset: 'v1' } }],
          },
          {
            route: [
              { destination: { host: 'ratings', subset: 'v1' }, weight: 60 },
              { destination: { host: 'ratings', subset: 'v2' }, weight: 40 },
            ],
          },
        ],
      },
    ),
  ];
}

function policies(): KubernetesObject[] {
  return [
    security(
      'PeerAuthentication',
      { name: 'default', namespace: NAMESPACE },
      { mtls: { mode: 'STRICT' } },
    ),
    security(
      'AuthorizationPolicy',
      { name: 'details-deny-ops', namespace: NAMESPACE },
      {
        selector: { matchLabels: { app: 'details' } },
        action: 'DENY',
        rules: [{ from: [{ source: { namespaces: ['ops'] } }] }],
      },
    ),
    security(
      'AuthorizationPolicy',
      { name: 'mongodb-only-ratings', namespace: NAMESPACE },
      {
        selector: { matchLabels: { app: 'mongodb' } },
        action: 'ALLOW',
        rules: [
          { from: [{ source: { principals: ['cluster.local/ns/bookinfo/sa/bookinfo-ratings'] } }] },
        ],
      },
    ),
  ];
}
