import type { ClusterReader, KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, numberOf, readPath, stringMapOf, stringOf } from '@/demo/kubernetes/json';
import { exportScope } from '@/demo/traffic/model/export-scope';
import { groupBy } from '@/demo/traffic/group-by';
import type {
  LabelMap,
  MeshSettings,
  PodModel,
  PortModel,
  PortProtocol,
  ServiceModel,
} from '@/demo/traffic/model/mesh-model';

/** Services and ServiceEntry hosts by host name; a Service wins over a ServiceEntry for the same host. */
export function readServices(
  reader: ClusterReader,
  settings: MeshSettings,
  pods: readonly PodModel[],
): Map<string, ServiceModel> {
  const podsByNamespace = groupBy(pods, (pod) => pod.namespace);
  const podsOf = (namespace: string, selector: LabelMap | null): PodModel[] =>
    selector === null
      ? []
      : (podsByNamespace.get(namespace) ?? []).filter((pod) => isSubset(selector, pod.labels));
  const entries = reader
    .list('networking.istio.io', 'ServiceEntry')
    .flatMap((entry) => toEntryServices(entry, settings, podsOf));
  const services = reader
    .list('', 'Service')
    .map((service) => toService(service, settings, podsOf));
  return new Map([...entries, ...services].map((service) => [service.host, service]));
}

type PodsOf = (namespace: string, selector: LabelMap | null) => PodModel[];

/** Whether every label of `selector` is found in `labels`. */
export function isSubset(selector: LabelMap, labels: LabelMap): boolean {
  for (const key in selector) if (labels[key] !== selector[key]) return false;
  return true;
}

function toService(object: KubernetesObject, settings: MeshSettings, podsOf: PodsOf): ServiceModel {
  const namespace = object.metadata.namespace ?? 'default';
  const selector = selectorOf(readPath(object, 'spec', 'selector'));
  return {
    host: `${object.metadata.name}.${namespace}.svc.${settings.clusterDomain}`,
    namespace,
    name: object.metadata.name,
    ports: arrayOf(readPath(object, 'spec', 'ports')).map(toPort),
    selector,
    headless: readPath(object, 'spec', 'clusterIP') === 'None',
    external: false,
    fromServiceEntry: false,
    exportTo: exportScope(annotatedExport(object), settings.defaultExportTo.service, namespace),
    pods: podsOf(namespace, selector),
  };
}

/** A Service says in an annotation, with commas, to whom it is exported. */
function annotatedExport(object: KubernetesObject): string[] {
  const text = object.metadata.annotations?.['networking.istio.io/exportTo'] ?? '';
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function toEntryServices(
  object: KubernetesObject,
  settings: MeshSettings,
  podsOf: PodsOf,
): ServiceModel[] {
  const namespace = object.metadata.namespace ?? 'default';
  const selector = selectorOf(readPath(object, 'spec', 'workloadSelector', 'labels'));
  const own = arrayOf(readPath(object, 'spec', 'exportTo')).map(stringOf);
  const exportTo = exportScope(own, settings.defaultExportTo.service, namespace);
  return arrayOf(readPath(object, 'spec', 'hosts')).map((host) => ({
    host: stringOf(host),
    namespace,
    name: stringOf(host),
    ports: arrayOf(readPath(object, 'spec', 'ports')).map(toEntryPort),
    selector,
    headless: false,
    external: readPath(object, 'spec', 'location') !== 'MESH_INTERNAL',
    fromServiceEntry: true,
    exportTo,
    pods: podsOf(namespace, selector),
  }));
}

function selectorOf(value: unknown): LabelMap | null {
  const selector = stringMapOf(value);
  return Object.keys(selector).length === 0 ? null : selector;
}

function toPort(port: unknown): PortModel {
  const number = numberOf(readPath(port, 'port'), 0);
  const target = readPath(port, 'targetPort');
  const declared = stringOf(readPath(port, 'appProtocol')) || stringOf(readPath(port, 'name'));
  return {
    number,
    protocol: protocolOf(declared),
    targetPort: typeof target === 'number' || typeof target === 'string' ? target : number,
  };
}

function toEntryPort(port: unknown): PortModel {
  const number = numberOf(readPath(port, 'number'), 0);
  return {
    number,
    protocol: protocolOf(stringOf(readPath(port, 'protocol'))),
    targetPort: numberOf(readPath(port, 'targetPort'), number),
  };
}

/** Istio's protocol selection: `appProtocol`, else the port name up to its first dash. */
function protocolOf(declared: string): PortProtocol {
  const name = declared.toLowerCase().replace('kubernetes.io/', '').split('-')[0];
  if (name === 'http' || name === 'http2' || name === 'h2c') return 'http';
  if (name === 'grpc') return 'grpc';
  if (name === 'tls' || name === 'https') return 'tls';
  const isTcp = name !== undefined && ['tcp', 'mysql', 'mongo', 'redis', 'udp'].includes(name);
  return isTcp ? 'tcp' : 'auto';
}
