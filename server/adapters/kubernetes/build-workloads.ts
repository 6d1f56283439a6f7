import type { ProxyBuild, ProxyMode, Workload } from '@/mesh/topology/topology';
import { imageVersion } from '@/server/adapters/kubernetes/image-version';
import type { SlimController } from '@/server/adapters/kubernetes/slim-controller';
import type { SlimPod } from '@/server/adapters/kubernetes/slim-pod';

function firstOf(
  labels: Readonly<Record<string, string>>,
  names: readonly string[],
): string | null {
  for (const name of names) {
    const value = labels[name];
    if (value !== undefined && value !== '') return value;
  }
  return null;
}

/** Istio's canonical service of a workload. */
export function canonicalName(labels: Readonly<Record<string, string>>, workload: string): string {
  return (
    firstOf(labels, ['service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app']) ??
    workload
  );
}

/** Istio's canonical revision of a workload. */
export function canonicalRevision(labels: Readonly<Record<string, string>>): string {
  const names = ['service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version'];
  return firstOf(labels, names) ?? 'latest';
}

/** The mode of the pods that have a proxy; `none` when no pod has one, `unknown` without pods. */
function proxyOf(pods: readonly SlimPod[]): ProxyMode {
  if (pods.length === 0) return 'unknown';
  return pods.find(({ proxy }) => proxy !== 'none')?.proxy ?? 'none';
}

function newest(pods: readonly SlimPod[]): SlimPod | undefined {
  let latest: SlimPod | undefined;
  for (const pod of pods)
    if (latest === undefined || pod.createdAtMs > latest.createdAtMs) latest = pod;
  return latest;
}

/** Proxies by build, most pods first. */
function proxiesOf(pods: readonly SlimPod[]): readonly ProxyBuild[] {
  const builds = new Map<string, ProxyBuild>();
  for (const { proxy, proxyVersion: version, proxyRevision: revision } of pods) {
    if (proxy === 'none' || proxy === 'ambient') continue;
    const key = `${version ?? ''} ${revision ?? ''}`;
    builds.set(key, { version, revision, pods: (builds.get(key)?.pods ?? 0) + 1 });
  }
  return [...builds.values()].sort((a, b) => b.pods - a.pods);
}

function barePodsAtMs(pods: readonly SlimPod[]): Workload['barePodsAtMs'] {
  let oldest = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  for (const { proxy, createdAtMs } of pods) {
    if (proxy !== 'none') continue;
    oldest = Math.min(oldest, createdAtMs);
    newest = Math.max(newest, createdAtMs);
  }
  return newest < oldest ? null : { oldest, newest };
}

type Template = Pick<
  Workload,
  'labels' | 'annotations' | 'serviceAccount' | 'ports' | 'hostNetwork'
> & { readonly istiodImage?: string | null };

function toWorkload(
  identity: { readonly namespace: string; readonly name: string; readonly kind: string },
  template: Template,
  desired: number | null,
  pods: readonly SlimPod[],
): Workload {
  const { namespace, name, kind } = identity;
  const { labels, annotations, serviceAccount, ports, hostNetwork, istiodImage = null } = template;
  return {
    namespace,
    name,
    kind,
    labels,
    annotations,
    app: canonicalName(labels, name),
    version: canonicalRevision(labels),
    serviceAccount,
    desired,
    pods: pods.length,
    readyPods: pods.filter(({ ready }) => ready).length,
    proxiedPods: pods.filter(({ proxy }) => proxy !== 'none').length,
    proxy: proxyOf(pods),
    proxies: proxiesOf(pods),
    barePodsAtMs: barePodsAtMs(pods),
    istiod: istiodImage === null ? null : { version: imageVersion(istiodImage) },
    ports,
    hostNetwork,
  };
}

/**
 * Joins controllers and pods into workloads, keyed `namespace/name`. A pod whose controller is not read (a Job, a bare
 * ReplicaSet) makes a workload of its own; linear in both.
 */
export function buildWorkloads(
  controllers: Iterable<SlimController>,
  pods: Iterable<SlimPod>,
): ReadonlyMap<string, Workload> {
  const podsOf = new Map<string, SlimPod[]>();
  for (const pod of pods) {
    const key = `${pod.namespace}/${pod.workloadName}`;
    const known = podsOf.get(key);
    if (known === undefined) podsOf.set(key, [pod]);
    else known.push(pod);
  }
  const workloads = new Map<string, Workload>();
  for (const controller of controllers) {
    const key = `${controller.namespace}/${controller.name}`;
    const own = (podsOf.get(key) ?? []).filter(
      ({ workloadKind }) => workloadKind === controller.kind,
    );
    // Two controllers of one name are one workload to Istio; the one with pods speaks for it.
    if (workloads.has(key) && own.length === 0) continue;
    workloads.set(key, toWorkload(controller, controller, controller.desired, own));
  }
  for (const [key, own] of podsOf) {
    const latest = newest(own);
    if (latest === undefined || workloads.has(key)) continue;
    const { namespace, workloadName, workloadKind } = latest;
    const identity = { namespace, name: workloadName, kind: workloadKind };
    workloads.set(key, toWorkload(identity, latest, null, own));
  }
  return workloads;
}
