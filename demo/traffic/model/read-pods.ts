import type { ClusterReader, KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, readPath, stringOf } from '@/demo/kubernetes/json';
import {
  workloadKey,
  type ClusterPlace,
  type LabelMap,
  type PodModel,
  type WorkloadModel,
} from '@/demo/traffic/model/mesh-model';

/** Every pod that is Ready and not being deleted. `cluster` is what metrics call the cluster. */
export function readPods(reader: ClusterReader, cluster: string): PodModel[] {
  const workloads = new Map<string, WorkloadModel>();
  const place: ClusterPlace = { name: cluster, eastWestGateway: null };
  const pods = reader
    .list('', 'Pod')
    .filter(isReady)
    .map((pod) => toPod(pod, workloads, place));
  const gateway = pods.find(({ labels }) => labels['istio'] === 'eastwestgateway');
  place.eastWestGateway = gateway?.workload ?? null;
  return pods;
}

function isReady(pod: KubernetesObject): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const conditions = arrayOf(readPath(pod, 'status', 'conditions'));
  return conditions.some(
    (condition) =>
      readPath(condition, 'type') === 'Ready' && readPath(condition, 'status') === 'True',
  );
}

function toPod(
  pod: KubernetesObject,
  workloads: Map<string, WorkloadModel>,
  place: ClusterPlace,
): PodModel {
  const labels = pod.metadata.labels ?? {};
  const namespace = pod.metadata.namespace ?? 'default';
  const name = workloadName(pod);
  // Pods of one Deployment may differ in labels while it rolls out, so the labels are part of the key.
  const version = revisionOf(labels);
  const cacheKey = `${namespace}/${name}/${version}`;
  let workload = workloads.get(cacheKey);
  if (workload === undefined) {
    workload = toWorkload(
      place,
      namespace,
      name,
      labels,
      stringOf(readPath(pod, 'spec', 'serviceAccountName')),
    );
    workloads.set(cacheKey, workload);
  }
  return {
    namespace,
    name: pod.metadata.name,
    ip: stringOf(readPath(pod, 'status', 'podIP')),
    labels,
    annotations: pod.metadata.annotations ?? {},
    hasProxy: hasProxy(pod),
    workload,
  };
}

/** The controller's name, with a ReplicaSet folded into its Deployment as Istio does. */
function workloadName(pod: KubernetesObject): string {
  const owner = (pod.metadata.ownerReferences ?? []).find((reference) => reference.controller);
  if (owner === undefined) return pod.metadata.name;
  const hash = pod.metadata.labels?.['pod-template-hash'];
  if (owner.kind !== 'ReplicaSet' || hash === undefined) return owner.name;
  return owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name;
}

function toWorkload(
  place: ClusterPlace,
  namespace: string,
  name: string,
  labels: LabelMap,
  serviceAccount: string,
): WorkloadModel {
  return {
    key: workloadKey(place.name, namespace, name),
    place,
    namespace,
    name,
    labels,
    serviceAccount: serviceAccount === '' ? 'default' : serviceAccount,
    app: labels['app'] ?? null,
    version: labels['version'] ?? null,
    canonicalService:
      labels['service.istio.io/canonical-name'] ??
      labels['app.kubernetes.io/name'] ??
      labels['app'] ??
      name,
    canonicalRevision: revisionOf(labels),
  };
}

function revisionOf(labels: LabelMap): string {
  return (
    labels['service.istio.io/canonical-revision'] ??
    labels['app.kubernetes.io/version'] ??
    labels['version'] ??
    'latest'
  );
}

function hasProxy(pod: KubernetesObject): boolean {
  const containers = [
    ...arrayOf(readPath(pod, 'spec', 'containers')),
    ...arrayOf(readPath(pod, 'spec', 'initContainers')),
  ];
  return containers.some((container) => readPath(container, 'name') === 'istio-proxy');
}
