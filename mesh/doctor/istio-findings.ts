import { controlPlanes, type ControlPlane } from '@/mesh/doctor/control-planes';
import type { DoctorFacts } from '@/mesh/doctor/facts';
import { count, finding, objectOf, type Finding, type FindingObject } from '@/mesh/doctor/finding';

const SOURCE = 'Deployments whose pods are labelled app=istiod';

/** The control planes: which there are, whether they run, and whether they agree. */
export function istioFindings(facts: DoctorFacts): readonly Finding[] {
  const { index, clusters } = facts;
  if (index.topology.revision === 0) return [];
  const planes = controlPlanes(index);
  const isSeen = clusters.every(({ kinds }) =>
    kinds.some(({ kind, reading }) => kind === 'Deployment' && reading === 'all'),
  );
  return [
    ...(planes.length === 0 ? [noIstiod(facts, isSeen)] : [versions(planes)]),
    ...planes.filter(({ workload }) => workload.readyPods === 0).map(notReady),
    ...twoVersions(planes),
    ...meshConfig(facts, planes),
  ];
}

function toObject({ workload, version }: ControlPlane): FindingObject {
  const { kind, namespace, name, cluster } = workload;
  return objectOf(`apps/${kind}`, namespace, name, version, cluster);
}

function noIstiod({ index, istioVersion }: DoctorFacts, isSeen: boolean): Finding {
  const proxies = [...index.topology.workloads.values()].reduce(
    (sum, { proxiedPods }) => sum + proxiedPods,
    0,
  );
  const shown = { title: 'No control plane of Istio is seen', source: SOURCE } as const;
  if (istioVersion !== null) {
    const seen = `Istio ${istioVersion} runs, in a namespace that is not shown here.`;
    return finding('no-istiod', { ...shown, severity: 'unknown', seen });
  }
  if (proxies > 0) {
    return finding('no-istiod', {
      ...shown,
      severity: 'info',
      seen: `${count(proxies, 'pod')} ${proxies === 1 ? 'has' : 'have'} a proxy, so that one exists: in another cluster, run by a provider, or where Fanari may not look. Versions cannot be compared.`,
    });
  }
  return finding('no-istiod', {
    ...shown,
    severity: isSeen ? 'error' : 'unknown',
    title: isSeen ? 'Istio is not installed' : shown.title,
    seen: isSeen
      ? 'No Deployment is labelled app=istiod, and no pod has a proxy. Workloads are drawn, but nothing measures what they send.'
      : 'Deployments cannot be read in every namespace, and no pod that can be seen has a proxy.',
    fix: 'Install Istio, label a namespace for injection and restart its workloads.',
    commands: ['istioctl install --set profile=default', 'istioctl verify-install'],
  });
}

function versions(planes: readonly ControlPlane[]): Finding {
  const texts = planes.map(
    ({ revision, version, workload }) =>
      `revision ${revision}: ${version ?? 'version not told by its image'} (${workload.namespace}/${workload.name}, ${workload.readyPods} of ${workload.desired ?? workload.pods} ready)`,
  );
  const known = [...new Set(planes.flatMap(({ version }) => version ?? []))];
  const revisions = new Set(planes.map(({ revision }) => revision));
  return finding('istiod-versions', {
    severity: known.length === 0 ? 'unknown' : revisions.size > 1 ? 'info' : 'ok',
    title:
      known.length === 0
        ? 'The version of Istio is not known'
        : `Istio ${known.join(', ')}${revisions.size > 1 ? ` in ${revisions.size} revisions` : ''}`,
    seen: `${texts.join('; ')}.`,
    ...(known.length === 0 && {
      fix: 'The image of istiod is named by digest only. Ask istiod itself.',
      commands: ['istioctl version'],
    }),
    objects: planes.map(toObject),
    source: SOURCE,
  });
}

function notReady({ workload, revision }: ControlPlane): Finding {
  const { namespace, name, pods, desired } = workload;
  return finding('istiod-not-ready', {
    severity: 'error',
    title: `istiod of revision ${revision} is not ready`,
    seen: `None of ${count(pods, 'pod')} of ${namespace}/${name} is ready (${desired ?? 'unknown'} wanted). Proxies keep what they have; nothing new reaches them, no pod is injected, and certificates are not renewed.`,
    fix: 'Look at its pods and their log.',
    commands: [
      `kubectl -n ${namespace} describe deployment ${name}`,
      `kubectl -n ${namespace} logs deployment/${name} --tail=100`,
    ],
    objects: [objectOf(`apps/${workload.kind}`, namespace, name, null, workload.cluster)],
    source: 'readiness of its pods',
  });
}

/** Of one revision, in one cluster. */
function isAlike(a: ControlPlane, b: ControlPlane): boolean {
  return a.revision === b.revision && a.workload.cluster === b.workload.cluster;
}

function twoVersions(planes: readonly ControlPlane[]): readonly Finding[] {
  const first = planes.filter(
    (plane, at) => planes.findIndex((other) => isAlike(plane, other)) === at,
  );
  return first.flatMap((plane) => {
    const { revision } = plane;
    const alike = planes.filter((other) => isAlike(plane, other));
    const found = [...new Set(alike.flatMap(({ version }) => version ?? []))];
    if (found.length < 2) return [];
    return [
      finding('revision-of-two-versions', {
        severity: 'warning',
        title: `Revision ${revision} has control planes of ${found.length} versions`,
        seen: `${found.join(' and ')} serve the same revision: which one a proxy talks to is chance.`,
        fix: 'Give the new one a revision of its own, or take the old one away.',
        commands: ['istioctl tag list', 'istioctl proxy-status'],
        objects: alike.map(toObject),
        source: SOURCE,
      }),
    ];
  });
}

function meshConfig({ index }: DoctorFacts, planes: readonly ControlPlane[]): readonly Finding[] {
  const { mesh } = index.topology;
  if (mesh.found || planes.length === 0) return [];
  const namespace = planes[0]?.workload.namespace ?? '';
  return [
    finding('mesh-config-not-found', {
      severity: 'warning',
      title: 'The mesh-wide settings are not known',
      seen: `ConfigMap istio was not found or may not be read in ${mesh.rootNamespace}. Istio’s defaults are assumed: trust domain cluster.local, auto mTLS on, outbound traffic allowed.`,
      fix: 'Name the namespace of the control plane, if it is another one; and let Fanari read this one ConfigMap. A revision’s ConfigMap (istio-<revision>) is not read.',
      commands: [
        `npm start -- --istio-namespace ${namespace}`,
        `kubectl -n ${namespace} get configmaps -l istio.io/rev`,
      ],
      source: 'the watch of ConfigMap istio',
    }),
  ];
}
