import { resolveHost } from '@/mesh/topology/hosts';
import { readObject, readObjects, readString, readStrings } from '@/mesh/read-json';
import { gatewayName } from '@/mesh/splits/gateway-name';
import { isGatewayRoute } from '@/mesh/splits/read-route-rules';
import { virtualServiceExport } from '@/mesh/splits/virtual-service-export';
import type { JsonObject } from '@/mesh/json';
import type { RouteRule } from '@/mesh/splits/read-route-rules';
import type { ConfigObject } from '@/mesh/topology/object';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** Whom a route speaks for. */
export interface RouteScope {
  /** Fully qualified; `*` where a gateway route names no host. */
  readonly hosts: readonly string[];
  /** `mesh`, or gateways as `namespace/name`. */
  readonly parents: readonly string[];
  /**
   * Only clients in these namespaces are routed (`exportTo`, Gateway API consumer route); `null`: all, empty: none. A
   * consumer route narrows sidecars only, `exportTo` gateways too.
   */
  readonly clientNamespaces: readonly string[] | null;
}

/** Hosts and parents of a route object; a delegate VirtualService has those of the object that delegates to it. */
export function routeScope(index: TopologyIndex, object: ConfigObject): RouteScope {
  return isGatewayRoute(object) ? gatewayScope(index, object) : istioScope(index, object);
}

function istioScope(index: TopologyIndex, object: ConfigObject): RouteScope {
  const { clusterDomain, defaultVirtualServiceExportTo } = index.topology.mesh;
  const root =
    readStrings(object.spec, 'hosts').length > 0 ? object : (delegator(index, object) ?? object);
  const namespace = root.meta.namespace;
  const gateways = readStrings(root.spec, 'gateways');
  return {
    hosts: readStrings(root.spec, 'hosts').map((host) =>
      resolveHost(host, namespace, clusterDomain),
    ),
    parents: (gateways.length === 0 ? ['mesh'] : gateways).map((name) =>
      gatewayName(name, namespace),
    ),
    clientNamespaces: virtualServiceExport(root, defaultVirtualServiceExportTo),
  };
}

function delegator(index: TopologyIndex, object: ConfigObject): ConfigObject | null {
  const { name, namespace } = object.meta;
  const roots = index.config('networking.istio.io/VirtualService');
  const visible = virtualServiceExport(object, index.topology.mesh.defaultVirtualServiceExportTo);
  return (
    roots.find(
      (root) =>
        (visible === null || visible.includes(root.meta.namespace)) &&
        readObjects(root.spec, 'http').some((rule) => {
          const delegate = readObject(rule, 'delegate');
          return (
            readString(rule, 'delegate', 'name') === name &&
            (readString(delegate ?? undefined, 'namespace') ?? root.meta.namespace) === namespace
          );
        }),
    ) ?? null
  );
}

function gatewayScope(index: TopologyIndex, object: ConfigObject): RouteScope {
  const { clusterDomain } = index.topology.mesh;
  const namespace = object.meta.namespace;
  const refs = readObjects(object.spec, 'parentRefs');
  const services = refs.filter((ref) => kindOf(ref) !== 'Gateway');
  const hosts = services.flatMap((ref) => {
    const name = readString(ref, 'name') ?? '';
    const own = readString(ref, 'namespace') ?? namespace;
    if (kindOf(ref) === 'Service') return [resolveHost(name, own, clusterDomain)];
    return serviceEntryHosts(index, own, name);
  });
  const parents = refs.flatMap((ref) =>
    kindOf(ref) === 'Gateway'
      ? [`${readString(ref, 'namespace') ?? namespace}/${readString(ref, 'name') ?? ''}`]
      : [],
  );
  if (parents.length > 0) {
    const names = readStrings(object.spec, 'hostnames');
    hosts.push(...(names.length > 0 ? names.map((name) => name.toLowerCase()) : ['*']));
  }
  const isConsumer =
    services.length > 0 &&
    services.every((ref) => (readString(ref, 'namespace') ?? namespace) !== namespace);
  return {
    hosts: [...new Set(hosts)],
    parents: services.length > 0 ? ['mesh', ...parents] : parents,
    clientNamespaces: isConsumer ? [namespace] : null,
  };
}

function kindOf(ref: JsonObject): string {
  return readString(ref, 'kind') ?? 'Gateway';
}

function serviceEntryHosts(
  index: TopologyIndex,
  namespace: string,
  name: string,
): readonly string[] {
  return index
    .configIn('networking.istio.io/ServiceEntry', namespace)
    .filter((entry) => entry.meta.name === name)
    .flatMap((entry) => readStrings(entry.spec, 'hosts'));
}

/**
 * The Service whose node carries a rule's handle, as a host: the first claimed host that is one (or a ServiceEntry's);
 * for routes whose hosts are only a gateway's, the Service that all destinations share, else a Service in front of all
 * of their workloads, else that of the first destination. `null` when none of these is a Service.
 */
export function handleHostOf(
  index: TopologyIndex,
  hosts: readonly string[],
  rule: Pick<RouteRule, 'destinations'>,
): string | null {
  const claimed = hosts.find((host) => host !== '*' && isKnown(index, host));
  if (claimed !== undefined) return claimed;
  const targets = [...new Set(rule.destinations.map(({ fqdn }) => fqdn))];
  const services = targets.flatMap((host) => index.serviceOfHost(host) ?? []);
  const [first] = services;
  if (first === undefined) return null;
  if (targets.length === 1) return index.fqdn(first);
  const workloads = services.flatMap((service) => index.workloadsOf(service));
  const [sample] = workloads;
  const apex =
    sample === undefined || services.length < targets.length
      ? undefined
      : index.servicesOf(sample).find((service) => {
          const reached = new Set(index.workloadsOf(service));
          return workloads.every((workload) => reached.has(workload));
        });
  return index.fqdn(apex ?? first);
}

function isKnown(index: TopologyIndex, host: string): boolean {
  return index.serviceOfHost(host) !== null || index.serviceEntryOf(host)?.pattern === host;
}
