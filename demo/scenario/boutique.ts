import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { boutiqueConfig } from '@/demo/scenario/boutique-config';
import { gatewayWorkload } from '@/demo/scenario/istio-system';
import { deployment, namespace, service, serviceAccount } from '@/demo/scenario/manifests';

const NAMESPACE = 'boutique';
const RELEASE = 'v0.10.4';

interface App {
  readonly app: string;
  readonly port: number;
  readonly servicePort?: number;
  readonly protocol: 'grpc' | 'http' | 'tcp';
  readonly versions: readonly string[];
  readonly replicas?: number;
}

const APPS: readonly App[] = [
  {
    app: 'frontend',
    port: 8080,
    servicePort: 80,
    protocol: 'http',
    versions: ['v1', 'v2'],
    replicas: 2,
  },
  { app: 'cartservice', port: 7070, protocol: 'grpc', versions: ['v1'] },
  { app: 'productcatalogservice', port: 3550, protocol: 'grpc', versions: ['v1'], replicas: 2 },
  { app: 'currencyservice', port: 7000, protocol: 'grpc', versions: ['v1'] },
  { app: 'paymentservice', port: 50051, protocol: 'grpc', versions: ['v1', 'v2'] },
  { app: 'shippingservice', port: 50051, protocol: 'grpc', versions: ['v1', 'v2'] },
  { app: 'emailservice', port: 8080, servicePort: 5000, protocol: 'grpc', versions: ['v1'] },
  { app: 'checkoutservice', port: 5050, protocol: 'grpc', versions: ['v1', 'v2'] },
  { app: 'recommendationservice', port: 8080, protocol: 'grpc', versions: ['v1', 'v2'] },
  { app: 'adservice', port: 9555, protocol: 'grpc', versions: ['v1', 'v2', 'v3'] },
  { app: 'redis-cart', port: 6379, protocol: 'tcp', versions: ['v1', 'v2'] },
];

/** Apps whose versions also have a Service of their own, because Gateway API routes name Services. */
const VERSION_SERVICES = ['frontend', 'recommendationservice'];

/** Google's Online Boutique: eleven services, mostly gRPC, with a load generator; several roll-outs under way. */
export function boutique(): KubernetesObject[] {
  const gatewayLabels = { 'gateway.networking.k8s.io/gateway-name': 'boutique-gateway' };
  return [
    namespace(NAMESPACE, true, { team: 'shop' }),
    ...[
      ...APPS.map(({ app }) => app),
      'loadgenerator',
      'boutique-gateway-istio-service-account',
    ].map((name) => serviceAccount(NAMESPACE, name)),
    ...APPS.flatMap((app) => [
      appService(app, null),
      ...app.versions.flatMap((version) => versionObjects(app, version)),
    ]),
    deployment({
      namespace: NAMESPACE,
      name: 'loadgenerator',
      app: 'loadgenerator',
      version: 'v1',
      image: `gcr.io/google-samples/microservices-demo/loadgenerator:${RELEASE}`,
      port: null,
      serviceAccount: 'loadgenerator',
      environment: { FRONTEND_ADDR: 'frontend:80', USERS: '10' },
    }),
    ...gatewayWorkload(NAMESPACE, 'boutique-gateway-istio', gatewayLabels),
    ...boutiqueConfig(),
  ];
}

function versionObjects(app: App, version: string): KubernetesObject[] {
  const isFirst = version === app.versions[0];
  const hasService = VERSION_SERVICES.includes(app.app);
  const workload = deployment({
    namespace: NAMESPACE,
    name: app.versions.length === 1 ? app.app : `${app.app}-${version}`,
    app: app.app,
    version,
    replicas: isFirst ? (app.replicas ?? 1) : 1,
    image:
      app.protocol === 'tcp'
        ? 'docker.io/library/redis:7.4-alpine'
        : `gcr.io/google-samples/microservices-demo/${app.app}:${RELEASE}`,
    port: app.port,
    serviceAccount: app.app,
  });
  return hasService ? [workload, appService(app, version)] : [workload];
}

function appService(app: App, version: string | null): KubernetesObject {
  const name = { grpc: 'grpc', http: 'http', tcp: 'tcp-redis' }[app.protocol];
  const ports = [{ name, port: app.servicePort ?? app.port, targetPort: app.port }];
  if (version === null) return service(NAMESPACE, app.app, { app: app.app }, ports);
  return service(NAMESPACE, `${app.app}-${version}`, { app: app.app, version }, ports);
}
