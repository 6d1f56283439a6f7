import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import {
  arrayOf,
  isObject,
  numberOf,
  readPath,
  stringMapOf,
  stringOf,
} from '@/demo/kubernetes/json';
import type { PrinterColumn, ResourceType } from '@/demo/kubernetes/resource-type';

/** One column of a Table: its value is text or a number. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly wide: boolean;
  readonly cell: (object: KubernetesObject) => string | number | null;
}

type Cell = TableColumn['cell'];

function text(name: string, cell: Cell, wide = false): TableColumn {
  return { name, type: 'string', wide, cell };
}

/** A duration the way kubectl shortens it: `42s`, `3m10s`, `5h2m`, `12d`. */
export function humanDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`;
  return `${days}d`;
}

function ageOf(stamp: unknown): string {
  const at = Date.parse(stringOf(stamp));
  return Number.isNaN(at) ? '<unknown>' : humanDuration(Date.now() - at);
}

const NAME = text('Name', (object) => object.metadata.name);
const AGE = text('Age', (object) => ageOf(object.metadata.creationTimestamp));

function number(object: KubernetesObject, ...path: readonly string[]): number {
  return numberOf(readPath(object, ...path), 0);
}

function labels(value: unknown): string {
  const pairs = Object.entries(stringMapOf(value)).map(([key, entry]) => `${key}=${entry}`);
  return pairs.length === 0 ? '<none>' : pairs.join(',');
}

function containersOf(field: 'name' | 'image', object: KubernetesObject): string {
  const podSpec = readPath(object, 'spec', 'template', 'spec');
  return arrayOf(readPath(podSpec, 'containers'))
    .map((container) => stringOf(readPath(container, field)))
    .join(',');
}

const TEMPLATE_COLUMNS: readonly TableColumn[] = [
  text('Containers', (o) => containersOf('name', o), true),
  text('Images', (o) => containersOf('image', o), true),
  text('Selector', (o) => labels(readPath(o, 'spec', 'selector', 'matchLabels')), true),
];

function containerStatuses(pod: KubernetesObject): readonly unknown[] {
  return arrayOf(readPath(pod, 'status', 'containerStatuses'));
}

function readyContainers(pod: KubernetesObject): string {
  const ready = containerStatuses(pod).filter((status) => readPath(status, 'ready') === true);
  return `${ready.length}/${arrayOf(readPath(pod, 'spec', 'containers')).length}`;
}

function podStatus(pod: KubernetesObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const waiting = containerStatuses(pod)
    .map((status) => stringOf(readPath(status, 'state', 'waiting', 'reason')))
    .find((reason) => reason !== '');
  return waiting ?? stringOf(readPath(pod, 'status', 'phase'));
}

function restarts(pod: KubernetesObject): number {
  return containerStatuses(pod).reduce<number>(
    (sum, status) => sum + numberOf(readPath(status, 'restartCount'), 0),
    0,
  );
}

function orNone(value: unknown): string {
  return stringOf(value) || '<none>';
}

function externalAddress(service: KubernetesObject): string {
  if (readPath(service, 'spec', 'type') === 'ExternalName') {
    return stringOf(readPath(service, 'spec', 'externalName'));
  }
  const ingress = arrayOf(readPath(service, 'status', 'loadBalancer', 'ingress'));
  const addresses = ingress.map((entry) =>
    stringOf(readPath(entry, 'ip') ?? readPath(entry, 'hostname')),
  );
  if (addresses.length > 0) return addresses.join(',');
  return readPath(service, 'spec', 'type') === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePorts(service: KubernetesObject): string {
  const ports = arrayOf(readPath(service, 'spec', 'ports')).map((port) => {
    const node = readPath(port, 'nodePort');
    const middle = typeof node === 'number' ? `:${node}` : '';
    return `${String(readPath(port, 'port'))}${middle}/${stringOf(readPath(port, 'protocol'))}`;
  });
  return ports.length === 0 ? '<none>' : ports.join(',');
}

function addressesOf(slice: KubernetesObject): string {
  const endpoints = arrayOf(slice['endpoints']).flatMap((entry) =>
    arrayOf(readPath(entry, 'addresses')),
  );
  return endpoints.length === 0 ? '<unset>' : endpoints.join(',');
}

function endpointAddresses(endpoints: KubernetesObject): string {
  const all = arrayOf(endpoints['subsets']).flatMap((subset) =>
    arrayOf(readPath(subset, 'addresses')).flatMap((address) =>
      arrayOf(readPath(subset, 'ports')).map(
        (port) => `${stringOf(readPath(address, 'ip'))}:${String(readPath(port, 'port'))}`,
      ),
    ),
  );
  return all.length === 0 ? '<none>' : all.join(',');
}

function nodeReady(node: KubernetesObject): string {
  const conditions = arrayOf(readPath(node, 'status', 'conditions'));
  const ready = conditions.find((condition) => readPath(condition, 'type') === 'Ready');
  return readPath(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
}

function nodeRoles(node: KubernetesObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(node.metadata.labels ?? {}).filter((key) => key.startsWith(prefix));
  return roles.map((role) => role.slice(prefix.length)).join(',') || '<none>';
}

function dataCount(object: KubernetesObject): number {
  const data = object['data'];
  return isObject(data) ? Object.keys(data).length : 0;
}

const BUILT_IN: Readonly<Record<string, readonly TableColumn[]>> = {
  '/Pod': [
    NAME,
    text('Ready', readyContainers),
    text('Status', podStatus),
    text('Restarts', restarts),
    AGE,
    text('IP', (o) => orNone(readPath(o, 'status', 'podIP')), true),
    text('Node', (o) => orNone(readPath(o, 'spec', 'nodeName')), true),
    text('Nominated Node', () => '<none>', true),
    text('Readiness Gates', () => '<none>', true),
  ],
  '/Namespace': [NAME, text('Status', (o) => stringOf(readPath(o, 'status', 'phase'))), AGE],
  '/Node': [
    NAME,
    text('Status', nodeReady),
    text('Roles', nodeRoles),
    AGE,
    text('Version', (o) => stringOf(readPath(o, 'status', 'nodeInfo', 'kubeletVersion'))),
  ],
  '/Service': [
    NAME,
    text('Type', (o) => stringOf(readPath(o, 'spec', 'type'))),
    text('Cluster-IP', (o) => orNone(readPath(o, 'spec', 'clusterIP'))),
    text('External-IP', externalAddress),
    text('Port(s)', servicePorts),
    AGE,
    text('Selector', (o) => labels(readPath(o, 'spec', 'selector')), true),
  ],
  '/Endpoints': [NAME, text('Endpoints', endpointAddresses), AGE],
  '/ConfigMap': [NAME, text('Data', dataCount), AGE],
  '/Secret': [NAME, text('Type', (o) => stringOf(o['type'])), text('Data', dataCount), AGE],
  '/ServiceAccount': [NAME, text('Secrets', (o) => arrayOf(o['secrets']).length), AGE],
  '/Event': [
    text('Last Seen', (o) => ageOf(o['lastTimestamp'])),
    text('Type', (o) => stringOf(o['type'])),
    text('Reason', (o) => stringOf(o['reason'])),
    text('Object', (o) => {
      const kind = stringOf(readPath(o, 'involvedObject', 'kind')).toLowerCase();
      return `${kind}/${stringOf(readPath(o, 'involvedObject', 'name'))}`;
    }),
    text('Message', (o) => stringOf(o['message'])),
  ],
  'apps/Deployment': [
    NAME,
    text(
      'Ready',
      (o) => `${number(o, 'status', 'readyReplicas')}/${number(o, 'spec', 'replicas')}`,
    ),
    text('Up-to-date', (o) => number(o, 'status', 'updatedReplicas')),
    text('Available', (o) => number(o, 'status', 'availableReplicas')),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  'apps/ReplicaSet': [
    NAME,
    text('Desired', (o) => number(o, 'spec', 'replicas')),
    text('Current', (o) => number(o, 'status', 'replicas')),
    text('Ready', (o) => number(o, 'status', 'readyReplicas')),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  'apps/StatefulSet': [
    NAME,
    text(
      'Ready',
      (o) => `${number(o, 'status', 'readyReplicas')}/${number(o, 'spec', 'replicas')}`,
    ),
    AGE,
    ...TEMPLATE_COLUMNS.slice(0, 2),
  ],
  'apps/DaemonSet': [
    NAME,
    text('Desired', (o) => number(o, 'status', 'desiredNumberScheduled')),
    text('Current', (o) => number(o, 'status', 'currentNumberScheduled')),
    text('Ready', (o) => number(o, 'status', 'numberReady')),
    text('Up-to-date', (o) => number(o, 'status', 'updatedNumberScheduled')),
    text('Available', (o) => number(o, 'status', 'numberAvailable')),
    text('Node Selector', (o) => labels(readPath(o, 'spec', 'template', 'spec', 'nodeSelector'))),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  'discovery.k8s.io/EndpointSlice': [
    NAME,
    text('AddressType', (o) => stringOf(o['addressType'])),
    text(
      'Ports',
      (o) =>
        arrayOf(o['ports'])
          .map((port) => String(readPath(port, 'port')))
          .join(',') || '<unset>',
    ),
    text('Endpoints', addressesOf),
    AGE,
  ],
};

/** Reads a printer column path: dotted keys with `[0]` and `[type=X]` steps. */
function columnValue(object: unknown, path: string): unknown {
  let value = object;
  for (const step of path.split(/\.|(?=\[)/)) {
    const filter = /^\[(\w+)=(\w+)\]$/.exec(step);
    const index = /^\[(\d+)\]$/.exec(step);
    if (filter !== null) {
      const [, key = '', wanted] = filter;
      value = arrayOf(value).find((entry) => readPath(entry, key) === wanted);
    } else if (index !== null) value = arrayOf(value)[Number(index[1])];
    else value = readPath(value, step);
  }
  return value;
}

function printed(column: PrinterColumn): TableColumn {
  const cell: Cell = (object) => {
    const value = columnValue(object, column.path);
    if (column.type === 'date') return ageOf(value);
    if (typeof value === 'string' || typeof value === 'number') return value;
    return value === undefined || value === null ? '' : JSON.stringify(value);
  };
  return { name: column.name, type: column.type, wide: column.wide, cell };
}

/** The columns of `kubectl get` for a kind. */
export function columnsOf(type: ResourceType): readonly TableColumn[] {
  const own = BUILT_IN[`${type.group}/${type.kind}`];
  if (own !== undefined) return own;
  return type.columns.length === 0 ? [NAME, AGE] : [NAME, ...type.columns.map(printed)];
}
