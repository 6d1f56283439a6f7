import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, readPath, stringOf } from '@/demo/kubernetes/json';
import type { PrinterColumn, ResourceType } from '@/demo/kubernetes/resource-type';
import {
  addressesOf,
  ageOf,
  containersOf,
  dataCount,
  endpointAddresses,
  externalAddress,
  jobCompletions,
  jobDuration,
  jobStatus,
  labels,
  nodeAddress,
  nodeInfo,
  nodeReady,
  nodeRoles,
  number,
  orNone,
  podStatus,
  readyContainers,
  restarts,
  servicePorts,
} from '@/demo/kubernetes/table-cells';

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

const NAME = text('Name', (object) => object.metadata.name);
const AGE = text('Age', (object) => ageOf(object.metadata.creationTimestamp));

const TEMPLATE_COLUMNS: readonly TableColumn[] = [
  text('Containers', (o) => containersOf('name', o), true),
  text('Images', (o) => containersOf('image', o), true),
  text('Selector', (o) => labels(readPath(o, 'spec', 'selector', 'matchLabels')), true),
];

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
    text('Internal-IP', (o) => nodeAddress(o, 'InternalIP'), true),
    text('External-IP', (o) => nodeAddress(o, 'ExternalIP'), true),
    text('OS-Image', (o) => nodeInfo(o, 'osImage'), true),
    text('Kernel-Version', (o) => nodeInfo(o, 'kernelVersion'), true),
    text('Container-Runtime', (o) => nodeInfo(o, 'containerRuntimeVersion'), true),
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
  'batch/Job': [
    NAME,
    text('Status', jobStatus),
    text('Completions', (o) => `${number(o, 'status', 'succeeded')}/${jobCompletions(o)}`),
    text('Duration', jobDuration),
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

const COLUMN_STEP = /\[\?\(@\.(\w+)=="(\w+)"\)\]|\[(\d+|\*)\]|([^.[\]]+)/g;

/** Reads a printer column path: dotted keys with `[0]`, `[*]` (of which the first counts) and `[?(@.type=="X")]` steps. */
function columnValue(object: unknown, path: string): unknown {
  let value = object;
  for (const [, filter = '', wanted = '', index = '', key = ''] of path.matchAll(COLUMN_STEP)) {
    if (filter !== '') value = arrayOf(value).find((entry) => readPath(entry, filter) === wanted);
    else if (index !== '') value = arrayOf(value)[index === '*' ? 0 : Number(index)];
    else value = readPath(value, key);
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
