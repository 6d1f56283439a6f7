import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, readPath, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

/** Whether a pod's `Ready` condition is true. */
export function isPodReady(pod: KubernetesObject): boolean {
  return arrayOf(readPath(pod, 'status', 'conditions')).some(
    (condition) =>
      readPath(condition, 'type') === 'Ready' && readPath(condition, 'status') === 'True',
  );
}

/** The last transition time of a condition, kept while its status stays. */
export function withCondition(
  conditions: readonly unknown[],
  next: { type: string; status: string; reason?: string; message?: string },
  now: string,
): readonly unknown[] {
  const previous = conditions.find((condition) => readPath(condition, 'type') === next.type);
  const isSame = readPath(previous, 'status') === next.status;
  const since = isSame ? stringOf(readPath(previous, 'lastTransitionTime')) : now;
  const isUnchanged = isSame && readPath(previous, 'reason') === next.reason;
  const updated = isUnchanged ? stringOf(readPath(previous, 'lastUpdateTime')) : now;
  const condition = { ...next, lastUpdateTime: updated, lastTransitionTime: since };
  const others = conditions.filter((entry) => readPath(entry, 'type') !== next.type);
  return [...others, condition];
}

function containerStatus(
  container: unknown,
  startedAt: string | null,
  isInit: boolean,
): JsonObject {
  const name = stringOf(readPath(container, 'name'));
  const image = stringOf(readPath(container, 'image'));
  const base = { name, image, imageID: '', restartCount: 0 };
  if (startedAt === null) {
    const reason = isInit ? 'PodInitializing' : 'ContainerCreating';
    return { ...base, ready: false, started: false, state: { waiting: { reason } } };
  }
  const identity = { imageID: `${image}@embedded`, containerID: `embedded://${name}` };
  if (isInit) {
    const terminated = { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt };
    return { ...base, ...identity, ready: true, started: false, state: { terminated } };
  }
  return { ...base, ...identity, ready: true, started: true, state: { running: { startedAt } } };
}

/** The status of a pod that starts (`startedAt` is `null`) or runs and is Ready. */
export function podStatus(
  pod: KubernetesObject,
  addresses: { readonly pod: string; readonly host: string },
  startedAt: string | null,
): JsonObject {
  const ready = startedAt === null ? 'False' : 'True';
  const since = startedAt ?? pod.metadata.creationTimestamp ?? '';
  const condition = (type: string, status: string) => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: since,
  });
  const init = arrayOf(readPath(pod, 'spec', 'initContainers'));
  return {
    phase: startedAt === null ? 'Pending' : 'Running',
    conditions: [
      condition('PodReadyToStartContainers', ready),
      condition('Initialized', ready),
      condition('Ready', ready),
      condition('ContainersReady', ready),
      condition('PodScheduled', 'True'),
    ],
    hostIP: addresses.host,
    hostIPs: [{ ip: addresses.host }],
    podIP: addresses.pod,
    podIPs: [{ ip: addresses.pod }],
    startTime: pod.metadata.creationTimestamp,
    qosClass: 'Burstable',
    ...(init.length === 0
      ? {}
      : { initContainerStatuses: init.map((entry) => containerStatus(entry, startedAt, true)) }),
    containerStatuses: arrayOf(readPath(pod, 'spec', 'containers')).map((entry) =>
      containerStatus(entry, startedAt, false),
    ),
  };
}
