import type { ApiObject } from '@/tests/real/cluster/api-client';

/** Namespace of the objects below. */
export const SHOP = 'shop';

/** A namespace, by default {@link SHOP}. */
export function namespace(name = SHOP): ApiObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** A Service of one HTTP port for the pods of its name. */
export function service(name: string, inNamespace = SHOP): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: inNamespace },
    spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'http', port: 80 }] },
  };
}

/** The subsets v1 and v2 of `reviews`. */
export function subsets(): ApiObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'reviews', namespace: SHOP },
    spec: {
      host: 'reviews',
      subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })),
    },
  };
}

/** A VirtualService of two subsets of `reviews`, behind a rule of its own for testers. */
export function virtualService(
  weights: readonly number[] = [90, 10],
  { name = 'reviews', inNamespace = SHOP } = {},
): ApiObject {
  const to = (subset: string) => ({ destination: { host: 'reviews', subset } });
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: {
      name,
      namespace: inNamespace,
      annotations: { note: '# kept as it is' },
    },
    spec: {
      hosts: [name],
      http: [
        { match: [{ headers: { tester: { exact: 'yes' } } }], route: [to('v2')] },
        {
          retries: { attempts: 2, perTryTimeout: '2s' },
          route: weights.map((weight, index) => ({ ...to(`v${index + 1}`), weight })),
        },
      ],
    },
  };
}

/** An HTTPRoute of the Service `reviews` to the Services of its versions. */
export function httpRoute(weights: readonly number[] = [9, 1]): ApiObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'reviews', namespace: SHOP },
    spec: {
      parentRefs: [{ group: '', kind: 'Service', name: 'reviews' }],
      rules: [
        {
          backendRefs: weights.map((weight, index) => ({
            name: `reviews-v${index + 1}`,
            port: 80,
            weight,
          })),
        },
      ],
    },
  };
}

/** The node that every pod names: there is no scheduler. */
export const NODE = 'node-0';

/** A version of `reviews`. Another note in its pods makes the controllers roll it out again. */
export function deployment(name: string, replicas: number, note = ''): ApiObject {
  const labels = { app: 'reviews', version: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: SHOP },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { note } },
        spec: {
          nodeName: NODE,
          serviceAccountName: 'default',
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'app', image: 'example/app:1', ports: [{ containerPort: 80 }] }],
        },
      },
    },
  };
}

/** A ClusterRole, or with a namespace a Role, with these rules; bound to a user. */
export function grant(
  user: string,
  rules: readonly unknown[],
  inNamespace: string | null = null,
): readonly ApiObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  const scope = inNamespace === null ? 'Cluster' : '';
  const metadata = {
    name: `${user}-${inNamespace ?? 'everywhere'}`,
    ...(inNamespace === null ? {} : { namespace: inNamespace }),
  };
  return [
    { apiVersion, kind: `${scope}Role`, metadata, rules },
    {
      apiVersion,
      kind: `${scope}RoleBinding`,
      metadata,
      roleRef: { apiGroup, kind: `${scope}Role`, name: metadata.name },
      subjects: [{ apiGroup, kind: 'User', name: user }],
    },
  ] as unknown as readonly ApiObject[];
}

/** What Fanari reads, as the README lists it. */
export const READS = [
  { apiGroups: [''], resources: ['namespaces', 'services', 'pods'] },
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'] },
  {
    apiGroups: [
      'networking.istio.io',
      'security.istio.io',
      'telemetry.istio.io',
      'gateway.networking.k8s.io',
    ],
    resources: ['*'],
  },
].map((rule) => ({ ...rule, verbs: ['get', 'list', 'watch'] }));
