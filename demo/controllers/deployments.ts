import {
  controllerReference,
  isTerminating,
  writeStatus,
} from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import { deploymentStatus } from '@/demo/controllers/deployment-status';
import { recordEvent } from '@/demo/controllers/event-recorder';
import { activePods } from '@/demo/controllers/replica-sets';
import { templateHash } from '@/demo/controllers/template-hash';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { numberOf, objectOf, readPath, stringMapOf, stringOf } from '@/demo/kubernetes/json';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH_LABEL = 'pod-template-hash';

function replicasOf(object: KubernetesObject): number {
  return numberOf(readPath(object, 'spec', 'replicas'), 1);
}

function revisionOf(object: KubernetesObject): number {
  return Number(object.metadata.annotations?.[REVISION] ?? 0);
}

/** `25%` or a number of pods, as a number of pods. */
function resolveCount(value: unknown, desired: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  const share = Number.parseFloat(stringOf(value) || '25%') / 100;
  return roundUp ? Math.ceil(share * desired) : Math.floor(share * desired);
}

function rollingLimits(deployment: KubernetesObject): { surge: number; unavailable: number } {
  const desired = replicasOf(deployment);
  const limits = readPath(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = resolveCount(readPath(limits, 'maxSurge'), desired, true);
  const unavailable = resolveCount(readPath(limits, 'maxUnavailable'), desired, false);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function ownedSets(
  context: ControllerContext,
  deployment: KubernetesObject,
): readonly KubernetesObject[] {
  const owned = context.index.ownedBy(deployment.metadata.uid ?? '');
  return owned.filter((object) => object.kind === 'ReplicaSet' && !isTerminating(object));
}

function newSet(
  deployment: KubernetesObject,
  hash: string,
  replicas: number,
  revision: number,
): KubernetesObject {
  const template = objectOf(readPath(deployment, 'spec', 'template'));
  const labels = { ...stringMapOf(readPath(template, 'metadata', 'labels')), [HASH_LABEL]: hash };
  const matchLabels = stringMapOf(readPath(deployment, 'spec', 'selector', 'matchLabels'));
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? 'default',
      labels,
      annotations: { [REVISION]: String(revision) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...objectOf(template['metadata']), labels } },
    },
  };
}

function scaleSet(
  context: ControllerContext,
  deployment: KubernetesObject,
  set: KubernetesObject,
  replicas: number,
): void {
  const before = replicasOf(set);
  if (before === replicas) return;
  context.store.update({ ...set, spec: { ...objectOf(set['spec']), replicas } });
  const direction = replicas > before ? 'up' : 'down';
  const { name } = set.metadata;
  const message = `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`;
  recordEvent(context, deployment, 'ScalingReplicaSet', message);
}

function availableOf(set: KubernetesObject): number {
  return numberOf(readPath(set, 'status', 'availableReplicas'), 0);
}

function sum(sets: readonly KubernetesObject[], count: (set: KubernetesObject) => number): number {
  return sets.reduce((total, set) => total + count(set), 0);
}

/** Scales old sets down as far as availability allows, pods that are not available first. */
function scaleDownOld(
  context: ControllerContext,
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: readonly KubernetesObject[],
): void {
  const minimum = replicasOf(deployment) - rollingLimits(deployment).unavailable;
  const spare = sum([current, ...old], availableOf) - minimum;
  let removable = Math.max(0, spare);
  for (const set of old) {
    const broken = Math.max(0, replicasOf(set) - availableOf(set));
    const healthy = Math.min(removable, replicasOf(set) - broken);
    removable -= healthy;
    scaleSet(context, deployment, set, replicasOf(set) - broken - healthy);
  }
}

function roll(
  context: ControllerContext,
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: readonly KubernetesObject[],
): void {
  const desired = replicasOf(deployment);
  if (readPath(deployment, 'spec', 'strategy', 'type') === 'Recreate') {
    for (const set of old) scaleSet(context, deployment, set, 0);
    const isClear = old.every((set) => context.index.ownedBy(set.metadata.uid ?? '').length === 0);
    if (isClear) scaleSet(context, deployment, current, desired);
    return;
  }
  const running = old.filter((set) => replicasOf(set) > 0 || activePods(context, set).length > 0);
  if (running.length === 0) {
    scaleSet(context, deployment, current, desired);
    return;
  }
  const room = desired + rollingLimits(deployment).surge - sum([current, ...running], replicasOf);
  const next = Math.min(desired, replicasOf(current) + Math.max(0, room));
  scaleSet(context, deployment, current, next);
  scaleDownOld(context, deployment, current, running);
}

function removeOldSets(
  context: ControllerContext,
  deployment: KubernetesObject,
  old: readonly KubernetesObject[],
): void {
  const limit = numberOf(readPath(deployment, 'spec', 'revisionHistoryLimit'), 10);
  const idle = old
    .filter((set) => replicasOf(set) === 0 && activePods(context, set).length === 0)
    .sort((left, right) => revisionOf(left) - revisionOf(right));
  for (const set of idle.slice(0, Math.max(0, idle.length - limit))) {
    context.store.delete('apps', 'ReplicaSet', set.metadata.namespace ?? '', set.metadata.name);
  }
}

function withRevision(object: KubernetesObject, revision: number): KubernetesObject {
  if (revisionOf(object) === revision) return object;
  const annotations = { ...object.metadata.annotations, [REVISION]: String(revision) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/**
 * Rolls a Deployment to its present template the way `kubectl rollout` expects: one ReplicaSet per template, scaled
 * within maxSurge and maxUnavailable, revisions in annotations, and a status that tells how far it is.
 */
export function reconcileDeployment(
  context: ControllerContext,
  deployment: KubernetesObject,
): void {
  if (isTerminating(deployment)) return;
  const sets = ownedSets(context, deployment);
  const hash = templateHash(objectOf(readPath(deployment, 'spec', 'template')));
  const known = sets.find((set) => set.metadata.labels?.[HASH_LABEL] === hash);
  const old = sets.filter((set) => set !== known);
  const isPaused = readPath(deployment, 'spec', 'paused') === true;
  const latest = Math.max(0, ...old.map(revisionOf));
  const isNewest = known !== undefined && revisionOf(known) > latest;
  const revision = isNewest ? revisionOf(known) : latest + 1;
  let current = known;
  if (current === undefined && !isPaused) {
    const replicas = old.length === 0 ? replicasOf(deployment) : 0;
    current = context.store.create(newSet(deployment, hash, replicas, revision));
  }
  let owner = deployment;
  if (current !== undefined && !isPaused) {
    current = context.store.update(withRevision(current, revision));
    owner = withRevision(deployment, revision);
    roll(context, owner, current, old);
    removeOldSets(context, owner, old);
  }
  const status = deploymentStatus(
    owner,
    current ?? null,
    ownedSets(context, owner),
    context.store.timestamp(),
  );
  writeStatus(context.store, owner, status);
}
