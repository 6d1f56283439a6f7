import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { deployment, namespace, service, serviceAccount } from '@/demo/scenario/manifests';

const NAMESPACE = 'istio-system';
const RELEASE = '1.29.2';

const MESH_CONFIG = `# Mesh-wide settings, read by istiod at start and on change.
accessLogFile: /dev/stdout
defaultConfig:
  discoveryAddress: istiod.istio-system.svc:15012
  tracing: {}
enableAutoMtls: true
enableTracing: true
extensionProviders:
  - name: sample-ext-authz-http
    envoyExtAuthzHttp:
      service: ext-authz.istio-system.svc.cluster.local
      port: 8000
      includeRequestHeadersInCheck: [x-ext-authz]
  - name: sample-ext-authz-grpc
    envoyExtAuthzGrpc:
      service: ext-authz.istio-system.svc.cluster.local
      port: 9000
outboundTrafficPolicy:
  mode: ALLOW_ANY
rootNamespace: istio-system
trustDomain: cluster.local
`;

/** Control plane, ingress gateway, and the external authorizer that policies of action CUSTOM may name. */
export function istioSystem(): KubernetesObject[] {
  return [
    namespace(NAMESPACE, false),
    serviceAccount(NAMESPACE, 'istiod'),
    serviceAccount(NAMESPACE, 'istio-ingressgateway-service-account'),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: NAMESPACE, labels: { 'istio.io/rev': 'default' } },
      data: { mesh: MESH_CONFIG, meshNetworks: 'networks: {}' },
    },
    istiod(),
    service(NAMESPACE, 'istiod', { app: 'istiod' }, [
      { name: 'grpc-xds', port: 15010 },
      { name: 'https-dns', port: 15012 },
      { name: 'http-monitoring', port: 15014 },
    ]),
    ...externalAuthorizer(),
    ...gatewayWorkload(NAMESPACE, 'istio-ingressgateway', {
      app: 'istio-ingressgateway',
      istio: 'ingressgateway',
    }),
  ];
}

function istiod(): KubernetesObject {
  return deployment({
    namespace: NAMESPACE,
    name: 'istiod',
    app: 'istiod',
    version: null,
    image: `docker.io/istio/pilot:${RELEASE}`,
    port: 15014,
    serviceAccount: 'istiod',
    labels: { istio: 'pilot', 'istio.io/rev': 'default', 'sidecar.istio.io/inject': 'false' },
  });
}

/** Istio's sample authorizer; see demo/README.md for what it allows. */
function externalAuthorizer(): KubernetesObject[] {
  const app = 'ext-authz';
  return [
    serviceAccount(NAMESPACE, app),
    deployment({
      namespace: NAMESPACE,
      name: app,
      app,
      version: 'v1',
      image: 'gcr.io/istio-testing/ext-authz:latest',
      port: 8000,
      serviceAccount: app,
    }),
    service(NAMESPACE, app, { app }, [
      { name: 'http', port: 8000 },
      { name: 'grpc', port: 9000 },
    ]),
  ];
}

/** Deployment and Service of a gateway: pods that consist of a proxy only. */
export function gatewayWorkload(
  namespaceName: string,
  name: string,
  labels: Record<string, string>,
): KubernetesObject[] {
  const podLabels = {
    ...labels,
    'service.istio.io/canonical-name': name,
    'service.istio.io/canonical-revision': 'latest',
    'sidecar.istio.io/inject': 'false',
  };
  const workload: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: namespaceName, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: podLabels },
        spec: {
          serviceAccountName: `${name}-service-account`,
          containers: [
            {
              name: 'istio-proxy',
              image: `docker.io/istio/proxyv2:${RELEASE}`,
              args: ['proxy', 'router'],
              ports: [{ containerPort: 8080 }, { containerPort: 15090, name: 'http-envoy-prom' }],
            },
          ],
        },
      },
    },
  };
  const ports = [{ name: 'http2', port: 80, targetPort: 8080 }];
  return [workload, service(namespaceName, name, labels, ports, 'LoadBalancer')];
}
