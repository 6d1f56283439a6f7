/** What is missing on screen when a kind cannot be read, by `group/Kind`. */
export const kindCosts: Readonly<Record<string, string>> = {
  '/Namespace': 'no labels of namespaces, so that injection cannot be judged',
  '/Service': 'no services, hosts or splits',
  '/Pod': 'no pods, readiness or proxies; workloads only where their controller can be read',
  '/ConfigMap':
    'mesh-wide settings are assumed to be Istio’s defaults (trust domain, auto mTLS, outbound policy)',
  'apps/Deployment': 'no desired replicas and no istiod; workloads without pods are missing',
  'apps/StatefulSet': 'no desired replicas; StatefulSets without pods are missing',
  'apps/DaemonSet': 'no desired replicas; DaemonSets without pods are missing',
  'argoproj.io/Rollout': 'no Argo Rollouts, and no warning that one owns a route’s weights',
  'networking.istio.io/VirtualService': 'no splits, routes or canaries of VirtualServices',
  'networking.istio.io/DestinationRule': 'no subsets, circuit breakers or client side of mTLS',
  'networking.istio.io/Gateway': 'gateways cannot be joined to the routes that go through them',
  'networking.istio.io/ServiceEntry': 'external services have no names of their own',
  'networking.istio.io/Sidecar': 'what a proxy can see is not taken into account',
  'networking.istio.io/WorkloadEntry': 'machines outside Kubernetes are not shown as configured',
  'networking.istio.io/WorkloadGroup': 'machines outside Kubernetes are not shown as configured',
  'networking.istio.io/EnvoyFilter': 'EnvoyFilters are not listed with what they change',
  'networking.istio.io/ProxyConfig': 'ProxyConfigs are not listed with what they change',
  'security.istio.io/PeerAuthentication': 'the server side of mTLS is not known',
  'security.istio.io/RequestAuthentication': 'rules for tokens are not listed',
  'security.istio.io/AuthorizationPolicy': 'authorization rules are not listed',
  'telemetry.istio.io/Telemetry': 'changes of metrics and traces are not listed',
  'gateway.networking.k8s.io/GatewayClass':
    'waypoints and gateways of the Gateway API are not told apart',
  'gateway.networking.k8s.io/Gateway':
    'gateways and waypoints of the Gateway API are not joined to their routes',
  'gateway.networking.k8s.io/HTTPRoute': 'no splits or canaries of HTTPRoutes',
  'gateway.networking.k8s.io/GRPCRoute': 'no splits or canaries of GRPCRoutes',
  'gateway.networking.k8s.io/TCPRoute': 'no splits of TCPRoutes',
  'gateway.networking.k8s.io/TLSRoute': 'no splits of TLSRoutes',
  'flagger.app/Canary': 'no warning that Flagger owns a route’s weights',
};

/** Without these there is no graph worth the name. */
export const essentialKinds: ReadonlySet<string> = new Set([
  '/Namespace',
  '/Service',
  '/Pod',
  'apps/Deployment',
]);

/** What missing this kind costs. */
export function costOf({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return kindCosts[`${group}/${kind}`] ?? 'its objects are not shown';
}
