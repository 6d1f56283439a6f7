import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import {
  arrayOf,
  isObject,
  numberOf,
  readPath,
  stringMapOf,
  stringOf,
} from '@/demo/kubernetes/json';

/** A duration the way kubectl shortens it: `42s`, `3m10s`, `5h2m`, `12d`. */
function humanDuration(ms: number): string {
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

/** The time since a timestamp in short; `<unknown>` when there is none. */
export function ageOf(stamp: unknown): string {
  const at = Date.parse(stringOf(stamp));
  return Number.isNaN(at) ? '<unknown>' : humanDuration(Date.now() - at);
}

/** A count at a path; 0 when it is absent, as Go prints it. */
export function number(object: KubernetesObject, ...path: readonly string[]): number {
  return numberOf(readPath(object, ...path), 0);
}

/** Labels or a selector as `a=b,c=d`. */
export function labels(value: unknown): string {
  const pairs = Object.entries(stringMapOf(value)).map(([key, entry]) => `${key}=${entry}`);
  return pairs.length === 0 ? '<none>' : pairs.join(',');
}

/** The names or images of a pod template's containers. */
export function containersOf(field: 'name' | 'image', object: KubernetesObject): string {
  const podSpec = readPath(object, 'spec', 'template', 'spec');
  return arrayOf(readPath(podSpec, 'containers'))
    .map((container) => stringOf(readPath(container, field)))
    .join(',');
}

function containerStatuses(pod: KubernetesObject): readonly unknown[] {
  return arrayOf(readPath(pod, 'status', 'containerStatuses'));
}

/** Ready containers of all, such as `2/2`. */
export function readyContainers(pod: KubernetesObject): string {
  const ready = containerStatuses(pod).filter((status) => readPath(status, 'ready') === true);
  return `${ready.length}/${arrayOf(readPath(pod, 'spec', 'containers')).length}`;
}

/** What `kubectl` calls the status of a pod. */
export function podStatus(pod: KubernetesObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const waiting = containerStatuses(pod)
    .map((status) => stringOf(readPath(status, 'state', 'waiting', 'reason')))
    .find((reason) => reason !== '');
  return waiting ?? stringOf(readPath(pod, 'status', 'phase'));
}

/** Restarts of all containers. */
export function restarts(pod: KubernetesObject): number {
  return containerStatuses(pod).reduce<number>(
    (sum, status) => sum + numberOf(readPath(status, 'restartCount'), 0),
    0,
  );
}

/** Text, or `<none>` for nothing. */
export function orNone(value: unknown): string {
  return stringOf(value) || '<none>';
}

/** Where a Service is reached from outside. */
export function externalAddress(service: KubernetesObject): string {
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

/** The ports of a Service, with those on the nodes. */
export function servicePorts(service: KubernetesObject): string {
  const ports = arrayOf(readPath(service, 'spec', 'ports')).map((port) => {
    const node = readPath(port, 'nodePort');
    const middle = typeof node === 'number' ? `:${node}` : '';
    return `${String(readPath(port, 'port'))}${middle}/${stringOf(readPath(port, 'protocol'))}`;
  });
  return ports.length === 0 ? '<none>' : ports.join(',');
}

/** The addresses of an EndpointSlice. */
export function addressesOf(slice: KubernetesObject): string {
  const endpoints = arrayOf(slice['endpoints']).flatMap((entry) =>
    arrayOf(readPath(entry, 'addresses')),
  );
  return endpoints.length === 0 ? '<unset>' : endpoints.join(',');
}

/** The ready addresses of Endpoints with their ports. */
export function endpointAddresses(endpoints: KubernetesObject): string {
  const all = arrayOf(endpoints['subsets']).flatMap((subset) =>
    arrayOf(readPath(subset, 'addresses')).flatMap((address) =>
      arrayOf(readPath(subset, 'ports')).map(
        (port) => `${stringOf(readPath(address, 'ip'))}:${String(readPath(port, 'port'))}`,
      ),
    ),
  );
  return all.length === 0 ? '<none>' : all.join(',');
}

/** Whether a node is Ready. */
export function nodeReady(node: KubernetesObject): string {
  const conditions = arrayOf(readPath(node, 'status', 'conditions'));
  const ready = conditions.find((condition) => readPath(condition, 'type') === 'Ready');
  return readPath(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
}

/** The first address of a type. */
export function nodeAddress(node: KubernetesObject, type: string): string {
  const addresses = arrayOf(readPath(node, 'status', 'addresses'));
  const found = addresses.find((address) => readPath(address, 'type') === type);
  return orNone(readPath(found, 'address'));
}

/** A field of what a node tells about itself. */
export function nodeInfo(node: KubernetesObject, field: string): string {
  return stringOf(readPath(node, 'status', 'nodeInfo', field)) || '<unknown>';
}

/** Roles of a node from its labels. */
export function nodeRoles(node: KubernetesObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(node.metadata.labels ?? {}).filter((key) => key.startsWith(prefix));
  return roles.map((role) => role.slice(prefix.length)).join(',') || '<none>';
}

/** The condition of a Job that holds. */
export function jobStatus(job: KubernetesObject): string {
  const conditions = arrayOf(readPath(job, 'status', 'conditions'));
  const found = conditions.find((condition) => readPath(condition, 'status') === 'True');
  return stringOf(readPath(found, 'type')) || 'Running';
}

/** How many pods of a Job have to succeed. */
export function jobCompletions(job: KubernetesObject): number {
  return numberOf(readPath(job, 'spec', 'completions'), 1);
}

/** How long a Job took or is taking; empty before it starts. */
export function jobDuration(job: KubernetesObject): string {
  const startedAt = Date.parse(stringOf(readPath(job, 'status', 'startTime')));
  const endedAt = Date.parse(stringOf(readPath(job, 'status', 'completionTime')));
  if (Number.isNaN(startedAt)) return '';
  return humanDuration((Number.isNaN(endedAt) ? Date.now() : endedAt) - startedAt);
}

/** Entries of a ConfigMap or Secret. */
export function dataCount(object: KubernetesObject): number {
  const data = object['data'];
  return isObject(data) ? Object.keys(data).length : 0;
}
