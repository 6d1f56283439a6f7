import { controlPlanesOf } from '@/mesh/doctor/control-planes';
import type { DoctorFacts } from '@/mesh/doctor/facts';
import {
  count,
  finding,
  listed,
  objectOf,
  type Finding,
  type FindingObject,
} from '@/mesh/doctor/finding';
import { bareReason, type BareReason } from '@/mesh/doctor/bare-reason';
import { workloadKind } from '@/mesh/doctor/workload-kind';
import { barePods } from '@/mesh/mtls/captured-proxy';
import { meshLabels, meshLabelsOfPod } from '@/mesh/topology/mesh-labels';
import type { Namespace, Workload } from '@/mesh/topology/topology';

const SOURCE = 'labels of namespaces and pods, beside the containers of the pods';

interface Pile {
  readonly workloads: Workload[];
  pods: number;
}

/** Pods that should have a proxy and have none, by the reason; and namespaces that ask for what cannot be. */
export function injectionFindings(facts: DoctorFacts): readonly Finding[] {
  const { index } = facts;
  if (index.topology.revision === 0) return [];
  const piles = new Map<BareReason, Pile>();
  let wanted = 0;
  for (const workload of index.topology.workloads.values()) {
    const namespace = namespaceOf(facts, workload);
    if (namespace === undefined || workload.pods === 0) continue;
    const asked = meshLabelsOfPod(namespace, workload);
    if (asked.mode === 'none') continue;
    wanted += workload.pods;
    const bare = barePods(workload);
    if (bare === 0) continue;
    const reason = bareReason(workload, namespace, asked, revisionsOf(facts, workload));
    const pile = piles.get(reason) ?? { workloads: [], pods: 0 };
    piles.set(reason, pile);
    pile.workloads.push(workload);
    pile.pods += bare;
  }
  const bare = [...piles].map(([reason, pile]) => ofReason(reason, pile, facts));
  return [
    ...bare,
    ...twoModes(facts),
    ...noNamespace(facts, wanted),
    ...(bare.length === 0 && wanted > 0 ? [complete(wanted)] : []),
  ];
}

/** The namespace of a workload, in its own cluster. */
function namespaceOf({ index }: DoctorFacts, workload: Workload): Namespace | undefined {
  const known = index.topology.namespaces.get(workload.namespace);
  return known?.members?.find(({ cluster }) => cluster === workload.cluster) ?? known;
}

/** Revisions that run for a workload; `null` where no istiod can be seen, so that none can be missing. */
function revisionsOf({ index }: DoctorFacts, { cluster }: Workload): ReadonlySet<string> | null {
  const planes = controlPlanesOf(index, cluster);
  return planes.length === 0 ? null : new Set(planes.map(({ revision }) => revision));
}

function toObjects(workloads: readonly Workload[]): readonly FindingObject[] {
  return workloads.map((workload) =>
    objectOf(
      workloadKind(workload),
      workload.namespace,
      workload.name,
      `${barePods(workload)} of ${count(workload.pods, 'pod')}`,
      workload.cluster,
    ),
  );
}

const RESTARTABLE: Readonly<Record<string, string>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
};

function restarts(workloads: readonly Workload[]): readonly string[] {
  return workloads
    .flatMap(({ kind, namespace, name }) => {
      const resource = RESTARTABLE[kind];
      return resource === undefined
        ? []
        : [`kubectl -n ${namespace} rollout restart ${resource}/${name}`];
    })
    .slice(0, 5);
}

function seenRevisions(facts: DoctorFacts, { workloads }: Pile): string {
  return [...new Set(workloads.flatMap((own) => [...(revisionsOf(facts, own) ?? [])]))].join(', ');
}

/** `two pods of three workloads in shop, ops`. */
function whereText({ workloads, pods }: Pile): string {
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))].sort();
  return `${count(pods, 'pod')} of ${count(workloads.length, 'workload')} in ${listed(namespaces)}`;
}

function ofReason(reason: BareReason, pile: Pile, facts: DoctorFacts): Finding {
  const where = whereText(pile);
  const objects = toObjects(pile.workloads);
  const common = { objects, source: SOURCE };
  const [first] = pile.workloads;
  const at = first === undefined ? '' : `-n ${first.namespace}`;
  switch (reason) {
    case 'opted-out':
      return finding('pods-opted-out', {
        ...common,
        severity: 'info',
        title: `${count(pile.pods, 'pod')} ${pile.pods === 1 ? 'opts' : 'opt'} out of the mesh`,
        seen: `By their own label or annotation (sidecar.istio.io/inject=false, or istio.io/dataplane-mode=none): ${where}. They send plaintext and count nothing.`,
        fix: 'If that is not meant so, take the label out of the pod template.',
        commands:
          first === undefined
            ? []
            : [
                `kubectl ${at} get ${first.kind.toLowerCase()} ${first.name} -o jsonpath='{.spec.template.metadata}'`,
              ],
      });
    case 'host-network':
      return finding('pods-on-host-network', {
        ...common,
        severity: 'info',
        title: `${count(pile.pods, 'pod')} ${pile.pods === 1 ? 'uses' : 'use'} the host network`,
        seen: `So in the template: ${where}. Istio injects nothing there, since it would redirect the traffic of the whole node.`,
        fix: 'Nothing has to be done, unless they can do without hostNetwork.',
      });
    case 'no-injector':
      return finding('no-injector', {
        ...common,
        severity: 'warning',
        title: `${count(pile.pods, 'pod')} ${pile.pods === 1 ? 'waits' : 'wait'} for a revision that is not seen`,
        seen: `Without proxy: ${where}, labelled for a revision that no istiod has (seen: ${seenRevisions(facts, pile)}). A tag of that name may exist, but then new pods would have one.`,
        fix: 'Label the namespace for a revision or tag that exists, and restart the workloads.',
        commands: [
          'istioctl tag list',
          `kubectl label namespace ${first?.namespace ?? '<namespace>'} istio.io/rev=<revision> --overwrite`,
          ...restarts(pile.workloads),
        ],
      });
    case 'before-label':
      return finding('pods-before-label', {
        ...common,
        severity: 'warning',
        title: `${count(pile.pods, 'pod')} ${pile.pods === 1 ? 'is' : 'are'} older than the label for injection`,
        seen: `Created before the label of their namespace was last written: ${where}. A proxy is put in only when a pod is made.`,
        fix: 'Restart the workloads.',
        commands: restarts(pile.workloads),
      });
    case 'unknown':
      return finding('pods-without-reason', {
        ...common,
        severity: 'warning',
        title: `${count(pile.pods, 'pod')} ${pile.pods === 1 ? 'has' : 'have'} no proxy, and nothing says why`,
        seen: `By their labels they should have one: ${where}. They may be older than the label (the API server does not always tell when it was set), the webhook may be missing or have failed while they were made, or, in ambient mode, the CNI may not run on their node.`,
        fix: 'Restart one workload and see. If it still has none, look at the webhook and at istiod’s log.',
        commands: [
          ...restarts(pile.workloads).slice(0, 1),
          'kubectl get mutatingwebhookconfigurations -l app=sidecar-injector',
          first === undefined
            ? 'istioctl analyze -A'
            : `istioctl experimental check-inject ${at} ${first.kind.toLowerCase()}/${first.name}`,
        ],
      });
  }
}

function twoModes({ index }: DoctorFacts): readonly Finding[] {
  const both = [...index.topology.namespaces.values()].filter(
    ({ labels }) =>
      labels['istio.io/dataplane-mode'] === 'ambient' &&
      (labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined) &&
      labels['istio-injection'] !== 'disabled',
  );
  // A revision beside ambient mode names the istiod that serves the namespace; it asks for no sidecar.
  const grave = both.filter(({ labels }) => labels['istio-injection'] === 'enabled');
  if (grave.length === 0) return [];
  return [
    finding('two-modes', {
      severity: 'warning',
      title: `${count(grave.length, 'namespace')} ${grave.length === 1 ? 'asks' : 'ask'} for sidecars and for ambient mode`,
      seen: `${listed(grave.map(({ name }) => name))}: pods get a sidecar and are then not captured by ztunnel.`,
      fix: 'Keep one of the two labels.',
      commands: grave
        .slice(0, 5)
        .map(({ name }) => `kubectl label namespace ${name} istio-injection-`),
      objects: grave.map(({ name }) => objectOf('/Namespace', '', name)),
      source: 'labels of namespaces',
    }),
  ];
}

function noNamespace({ index, clusters }: DoctorFacts, wanted: number): readonly Finding[] {
  const namespaces = [...index.topology.namespaces.values()];
  if (namespaces.some(({ labels }) => meshLabels(labels).mode !== 'none') || wanted > 0) return [];
  const isRead = clusters.some(({ kinds }) =>
    kinds.some(({ kind, reading }) => kind === 'Namespace' && reading === 'all'),
  );
  return [
    finding('no-namespace-in-mesh', {
      severity: isRead ? 'warning' : 'unknown',
      title: isRead
        ? 'No namespace is in the mesh'
        : 'Which namespaces are in the mesh is not known',
      seen: isRead
        ? `None of ${count(namespaces.length, 'namespace')} has a label that puts its pods into the mesh (istio-injection, istio.io/rev, istio.io/dataplane-mode).`
        : 'Namespaces cannot be read, so that their labels are not known.',
      ...(isRead && {
        fix: 'Label a namespace and restart its workloads.',
        commands: [
          'kubectl label namespace <namespace> istio-injection=enabled',
          'kubectl -n <namespace> rollout restart deployment',
        ],
      }),
      source: 'labels of namespaces',
    }),
  ];
}

function complete(wanted: number): Finding {
  return finding('injection-complete', {
    severity: 'ok',
    title: 'Every pod that should have a proxy has one',
    seen: `${count(wanted, 'pod')} of namespaces or workloads that are labelled for the mesh.`,
    source: SOURCE,
  });
}
