import { clusterIdOf, isIstiod } from '@/demo/cluster-id';
import type { ClusterReader, KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { objectOf } from '@/demo/kubernetes/json';
import { groupBy } from '@/demo/traffic/group-by';
import type { ConfigModel, MeshModel } from '@/demo/traffic/model/mesh-model';
import { readPods } from '@/demo/traffic/model/read-pods';
import { readServices } from '@/demo/traffic/model/read-services';
import { readSettings } from '@/demo/traffic/model/read-settings';

/**
 * Reads several clusters that are one mesh: each has its own configuration, and a service of one namespace and name is one,
 * whichever cluster its pods run in.
 */
export function readMeshes(readers: readonly ClusterReader[]): readonly MeshModel[] {
  const models = readers.map(readMesh);
  return models.length === 1 ? models : models.map((model) => withServicesOf(model, models));
}

function withServicesOf(own: MeshModel, models: readonly MeshModel[]): MeshModel {
  const services = new Map(own.services);
  for (const { services: others } of models.filter((model) => model !== own)) {
    for (const [host, service] of others) {
      // What lies outside the mesh has no pods to share, and a ServiceEntry is known where it is.
      if (service.fromServiceEntry) continue;
      const known = services.get(host);
      const pods = [...(known?.pods ?? []), ...service.pods];
      services.set(host, { ...(known ?? service), pods });
    }
  }
  return { ...own, services };
}

/** Reads every object that traffic depends on. Cost: linear in the objects. */
export function readMesh(reader: ClusterReader): MeshModel {
  const settings = readSettings(reader);
  const cluster = clusterIdOf(reader.list('apps', 'Deployment').find(isIstiod) ?? null);
  const pods = readPods(reader, cluster);
  const config = (group: string, kind: string): ConfigModel[] =>
    reader.list(group, kind).map(toConfig).sort(oldestFirst);
  return {
    cluster,
    settings,
    services: readServices(reader, settings, pods),
    podsByWorkload: groupBy(pods, (pod) => pod.workload.key),
    virtualServices: config('networking.istio.io', 'VirtualService'),
    destinationRules: config('networking.istio.io', 'DestinationRule'),
    sidecars: config('networking.istio.io', 'Sidecar'),
    gateways: config('networking.istio.io', 'Gateway'),
    peerAuthentications: config('security.istio.io', 'PeerAuthentication'),
    authorizationPolicies: config('security.istio.io', 'AuthorizationPolicy'),
    httpRoutes: config('gateway.networking.k8s.io', 'HTTPRoute'),
    grpcRoutes: config('gateway.networking.k8s.io', 'GRPCRoute'),
    tcpRoutes: config('gateway.networking.k8s.io', 'TCPRoute'),
  };
}

function toConfig(object: KubernetesObject): ConfigModel {
  const createdAtMs = Date.parse(object.metadata.creationTimestamp ?? '');
  return {
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    createdAtMs: Number.isNaN(createdAtMs) ? 0 : createdAtMs,
    labels: object.metadata.labels ?? {},
    annotations: object.metadata.annotations ?? {},
    spec: objectOf(object['spec']),
  };
}

/** Istio's order of precedence between objects: creation time, then name, then namespace. */
export function oldestFirst(a: ConfigModel, b: ConfigModel): number {
  return (
    a.createdAtMs - b.createdAtMs ||
    compareText(a.name, b.name) ||
    compareText(a.namespace, b.namespace)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
