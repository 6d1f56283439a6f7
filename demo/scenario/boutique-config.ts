import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { gatewayApi, networking, security, versionSubsets } from '@/demo/scenario/manifests';

const NAMESPACE = 'boutique';

/** Uid by which the route of the shipping service names its Canary as owner. */
const CANARY_UID = '6f9d2f6e-3b7c-4c39-9a57-0d2f8f0b7a11';

/** Routing and security of the boutique; the namespace is PERMISSIVE. */
export function boutiqueConfig(): KubernetesObject[] {
  return [...gatewayApiRoutes(), ...splits(), ...ownedByOthers(), ...resilience(), ...policies()];
}

/** The shop's entrance and two canaries in the words of the Gateway API, one for a gateway and a Service at once. */
function gatewayApiRoutes(): KubernetesObject[] {
  const parent = (name: string): object => ({ group: '', kind: 'Service', name });
  return [
    gatewayApi(
      'Gateway',
      { name: 'boutique-gateway', namespace: NAMESPACE },
      {
        gatewayClassName: 'istio',
        listeners: [
          {
            name: 'http',
            port: 80,
            protocol: 'HTTP',
            allowedRoutes: { namespaces: { from: 'Same' } },
          },
        ],
      },
    ),
    gatewayApi(
      'HTTPRoute',
      { name: 'frontend', namespace: NAMESPACE },
      {
        parentRefs: [
          { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'boutique-gateway' },
          { ...parent('frontend'), port: 80 },
        ],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            backendRefs: [
              { name: 'frontend-v1', port: 80, weight: 80 },
              { name: 'frontend-v2', port: 80, weight: 20 },
            ],
          },
        ],
      },
    ),
    gatewayApi(
      'GRPCRoute',
      { name: 'recommendations', namespace: NAMESPACE },
      {
        parentRefs: [{ ...parent('recommendationservice'), port: 8080 }],
        rules: [
          {
            backendRefs: [
              { name: 'recommendationservice-v1', port: 8080, weight: 3 },
              { name: 'recommendationservice-v2', port: 8080, weight: 1 },
            ],
          },
        ],
      },
    ),
  ];
}

/** A split over three versions, a TCP split and a mirror. */
function splits(): KubernetesObject[] {
  const to = (host: string, subset: string): object => ({ host, subset });
  return [
    versionSubsets(NAMESPACE, 'adservice', ['v1', 'v2', 'v3'], {
      outlierDetection: { consecutive5xxErrors: 5, interval: '10s', baseEjectionTime: '30s' },
    }),
    networking(
      'VirtualService',
      { name: 'adservice', namespace: NAMESPACE },
      {
        hosts: ['adservice'],
        http: [
          {
            route: [
              { destination: to('adservice', 'v1'), weight: 60 },
              { destination: to('adservice', 'v2'), weight: 30 },
              { destination: to('adservice', 'v3'), weight: 10 },
            ],
          },
        ],
      },
    ),
    versionSubsets(NAMESPACE, 'redis-cart', ['v1', 'v2'], { tls: { mode: 'DISABLE' } }),
    networking(
      'VirtualService',
      { name: 'redis-cart', namespace: NAMESPACE },
      {
        hosts: ['redis-cart'],
        tcp: [
          {
            match: [{ port: 6379 }],
            route: [
              { destination: to('redis-cart', 'v1'), weight: 95 },
              { destination: to('redis-cart', 'v2'), weight: 5 },
            ],
          },
        ],
      },
    ),
    versionSubsets(NAMESPACE, 'paymentservice', ['v1', 'v2']),
    networking(
      'VirtualService',
      { name: 'paymentservice', namespace: NAMESPACE },
      {
        hosts: ['paymentservice'],
        http: [
          {
            route: [{ destination: to('paymentservice', 'v1') }],
            mirror: to('paymentservice', 'v2'),
            mirrorPercentage: { value: 50 },
          },
        ],
      },
    ),
  ];
}

/** Routes that another controller or a release tool writes as well. */
function ownedByOthers(): KubernetesObject[] {
  const split = (host: string, first: number): object => ({
    hosts: [host],
    http: [
      {
        route: [
          { destination: { host, subset: 'v1' }, weight: first },
          { destination: { host, subset: 'v2' }, weight: 100 - first },
        ],
      },
    ],
  });
  return [
    versionSubsets(NAMESPACE, 'checkoutservice', ['v1', 'v2']),
    networking(
      'VirtualService',
      {
        name: 'checkoutservice',
        namespace: NAMESPACE,
        labels: {
          'app.kubernetes.io/managed-by': 'Helm',
          'app.kubernetes.io/instance': 'boutique',
          'helm.sh/chart': 'boutique-0.10.4',
        },
        annotations: {
          'meta.helm.sh/release-name': 'boutique',
          'meta.helm.sh/release-namespace': NAMESPACE,
          'argocd.argoproj.io/tracking-id':
            'boutique:networking.istio.io/VirtualService:boutique/checkoutservice',
        },
      },
      split('checkoutservice', 85),
    ),
    shippingCanary(),
    versionSubsets(NAMESPACE, 'shippingservice', ['v1', 'v2']),
    networking(
      'VirtualService',
      {
        name: 'shippingservice',
        namespace: NAMESPACE,
        ownerReferences: [
          {
            apiVersion: 'flagger.app/v1beta1',
            kind: 'Canary',
            name: 'shippingservice',
            uid: CANARY_UID,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      split('shippingservice', 75),
    ),
  ];
}

function shippingCanary(): KubernetesObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'shippingservice', namespace: NAMESPACE, uid: CANARY_UID },
    spec: {
      provider: 'istio',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shippingservice-v2' },
      service: { port: 50051 },
      analysis: { interval: '1m', threshold: 5, maxWeight: 50, stepWeight: 5 },
    },
    status: { phase: 'Progressing', canaryWeight: 25, failedChecks: 0, iterations: 5 },
  };
}

/** An external service, a limit on connections, an injected error. */
function resilience(): KubernetesObject[] {
  return [
    networking(
      'ServiceEntry',
      { name: 'exchange-rates', namespace: NAMESPACE },
      {
        hosts: ['rates.example.com'],
        location: 'MESH_EXTERNAL',
        resolution: 'DNS',
        ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 443 }],
      },
    ),
    networking(
      'DestinationRule',
      { name: 'exchange-rates', namespace: NAMESPACE },
      {
        host: 'rates.example.com',
        trafficPolicy: { tls: { mode: 'SIMPLE', sni: 'rates.example.com' } },
      },
    ),
    networking(
      'DestinationRule',
      { name: 'currencyservice', namespace: NAMESPACE },
      {
        host: 'currencyservice',
        trafficPolicy: {
          connectionPool: { tcp: { maxConnections: 100 }, http: { http2MaxRequests: 1000 } },
        },
      },
    ),
    networking(
      'VirtualService',
      { name: 'emailservice', namespace: NAMESPACE },
      {
        hosts: ['emailservice'],
        http: [
          {
            fault: { abort: { httpStatus: 503, percentage: { value: 5 } } },
            route: [{ destination: { host: 'emailservice' } }],
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
      { mtls: { mode: 'PERMISSIVE' } },
    ),
    security(
      'AuthorizationPolicy',
      { name: 'payment-only-checkout', namespace: NAMESPACE },
      {
        selector: { matchLabels: { app: 'paymentservice' } },
        action: 'ALLOW',
        rules: [
          { from: [{ source: { principals: ['cluster.local/ns/boutique/sa/checkoutservice'] } }] },
        ],
      },
    ),
  ];
}
