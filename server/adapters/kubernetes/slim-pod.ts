import type { JsonObject } from '@/mesh/json';
import {
  readNumber,
  readObject,
  readObjects,
  readString,
  readStringMap,
  readStrings,
} from '@/mesh/read-json';
import type { ContainerPort, ProxyMode } from '@/mesh/topology/topology';
import type { Interner } from '@/server/adapters/kubernetes/interner';
import { imageVersion } from '@/server/adapters/kubernetes/image-version';
import { toAnnotations, toTimeMs } from '@/server/adapters/kubernetes/to-object';

/** What Fanari keeps of a pod. `workloadKind` and `workloadName` are what Istio calls the workload. */
export interface SlimPod {
  readonly namespace: string;
  readonly workloadKind: string;
  readonly workloadName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly ready: boolean;
  readonly proxy: ProxyMode;
  /** `ISTIO_META_CLUSTER_ID` of its proxy: what it calls its cluster in metrics; `null` without a proxy or the variable. */
  readonly clusterId: string | null;
  /** Of the proxy in it; `null` where there is none, or it does not say. */
  readonly proxyVersion: string | null;
  readonly proxyRevision: string | null;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  readonly createdAtMs: number;
}

interface WorkloadName {
  readonly kind: string;
  readonly name: string;
}

/**
 * The workload of a pod by Istio's own rule: the controller; a ReplicaSet whose name ends in the pod's template hash
 * stands for its Deployment (or Rollout), a Job named by a CronJob for that; a pod without a controller for itself.
 */
export function toWorkloadName(pod: JsonObject): WorkloadName {
  const name = readString(pod, 'metadata', 'name') ?? '';
  const owner = readObjects(pod, 'metadata', 'ownerReferences').find(
    (o) => o['controller'] === true,
  );
  if (owner === undefined) return { kind: 'Pod', name };
  const kind = readString(owner, 'kind') ?? '';
  const ownerName = readString(owner, 'name') ?? name;
  const labels = readStringMap(pod, 'metadata', 'labels') ?? {};
  const rolloutHash = labels['rollouts-pod-template-hash'];
  const hash = labels['pod-template-hash'] ?? rolloutHash;
  if (kind === 'ReplicaSet' && hash !== undefined && ownerName.endsWith(`-${hash}`)) {
    const folded = ownerName.slice(0, -hash.length - 1);
    return { kind: rolloutHash === undefined ? 'Deployment' : 'Rollout', name: folded };
  }
  const cron = /^(.+)-\d{8,11}$/.exec(ownerName);
  if (kind === 'Job' && cron?.[1] !== undefined) return { kind: 'CronJob', name: cron[1] };
  return { kind, name: ownerName };
}

function isGateway(pod: JsonObject, proxy: JsonObject, containers: number): boolean {
  const args = readStrings(proxy, 'args');
  if (args.includes('router') || args.includes('waypoint')) return true;
  if (args.includes('sidecar')) return false;
  const labels = readStringMap(pod, 'metadata', 'labels') ?? {};
  const annotations = readStringMap(pod, 'metadata', 'annotations') ?? {};
  if ('gateway.istio.io/managed' in labels) return true;
  if (annotations['inject.istio.io/templates']?.includes('gateway') === true) return true;
  return containers === 1 && /gateway/.test(labels['istio'] ?? '');
}

/** The proxy's container, which may be a native sidecar. */
function proxyContainer(pod: JsonObject): JsonObject | null {
  const containers = [
    ...readObjects(pod, 'spec', 'containers'),
    ...readObjects(pod, 'spec', 'initContainers'),
  ];
  return containers.find((container) => container['name'] === 'istio-proxy') ?? null;
}

/** The revision that the injector left on a pod; older ones wrote a label. */
function proxyRevision(pod: JsonObject): string | null {
  return (
    readString(pod, 'metadata', 'annotations', 'istio.io/rev') ??
    readString(pod, 'metadata', 'labels', 'istio.io/rev')
  );
}

/** How a pod takes part in the mesh, from what the injector and the CNI left in it. */
export function toProxyMode(pod: JsonObject): ProxyMode {
  const containers = readObjects(pod, 'spec', 'containers');
  const proxy = proxyContainer(pod);
  if (proxy !== null) return isGateway(pod, proxy, containers.length) ? 'gateway' : 'sidecar';
  const redirection = readString(pod, 'metadata', 'annotations', 'ambient.istio.io/redirection');
  return redirection === 'enabled' ? 'ambient' : 'none';
}

function toClusterId(pod: JsonObject, interner: Interner): string | null {
  const variable = readObjects(proxyContainer(pod) ?? undefined, 'env').find(
    ({ name }) => name === 'ISTIO_META_CLUSTER_ID',
  );
  const value = readString(variable, 'value');
  return value === null || value === '' ? null : interner.share(value);
}

/** The ports that the containers of a pod or pod template declare, without those of the proxy. */
export function toContainerPorts(podSpec: JsonObject | null): readonly ContainerPort[] {
  return readObjects(podSpec ?? undefined, 'containers')
    .filter((container) => container['name'] !== 'istio-proxy')
    .flatMap((container) => readObjects(container, 'ports'))
    .map((port) => ({
      name: readString(port, 'name'),
      port: readNumber(port, 'containerPort') ?? 0,
    }))
    .filter(({ port }) => port > 0);
}

function isReady(pod: JsonObject): boolean {
  if (readString(pod, 'metadata', 'deletionTimestamp') !== null) return false;
  const condition = readObjects(pod, 'status', 'conditions').find(({ type }) => type === 'Ready');
  return condition?.['status'] === 'True';
}

/** Slims a pod; `null` for one that has run to its end (`Succeeded`, `Failed`), which serves nobody. */
export function toSlimPod(pod: JsonObject, interner: Interner): SlimPod | null {
  const phase = readString(pod, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return null;
  const workload = toWorkloadName(pod);
  const proxy = proxyContainer(pod);
  return {
    namespace: interner.share(readString(pod, 'metadata', 'namespace') ?? ''),
    workloadKind: interner.share(workload.kind),
    workloadName: interner.share(workload.name),
    labels: interner.share(readStringMap(pod, 'metadata', 'labels') ?? {}),
    annotations: interner.share(toAnnotations(readObject(pod, 'metadata', 'annotations'))),
    serviceAccount: interner.share(readString(pod, 'spec', 'serviceAccountName') ?? 'default'),
    ready: isReady(pod),
    proxy: toProxyMode(pod),
    clusterId: toClusterId(pod, interner),
    proxyVersion: proxy && interner.share(imageVersion(readString(proxy, 'image'))),
    proxyRevision: proxy && interner.share(proxyRevision(pod)),
    ports: interner.share(toContainerPorts(readObject(pod, 'spec'))),
    hostNetwork: readObject(pod, 'spec')?.['hostNetwork'] === true,
    createdAtMs: toTimeMs(readString(pod, 'metadata', 'creationTimestamp')) ?? 0,
  };
}
