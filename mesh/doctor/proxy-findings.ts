import { controlPlanes, controlPlanesOf, type ControlPlane } from '@/mesh/doctor/control-planes';
import type { DoctorFacts } from '@/mesh/doctor/facts';
import {
  count,
  finding,
  objectOf,
  type Finding,
  type FindingObject,
  type Severity,
} from '@/mesh/doctor/finding';
import { workloadKind } from '@/mesh/doctor/workload-kind';
import { DEFAULT_REVISION } from '@/mesh/topology/mesh-labels';
import type { FindingRule } from '@/mesh/doctor/finding-rules';
import type { ProxyBuild, Workload } from '@/mesh/topology/topology';

const SOURCE = 'images and revisions of the proxies in pods, beside the image of istiod';

type Verdict = 'behind' | 'ahead' | 'lost' | 'unknown' | 'current';

/** Pods whose proxies deserve the same sentence. */
interface Pile {
  pods: number;
  /** Greatest number of minor versions between proxy and control plane. */
  minors: number;
  readonly builds: Map<string, number>;
  readonly objects: FindingObject[];
  readonly namespaces: Set<string>;
}

/** Proxies beside the control plane of their revision. */
export function proxyFindings({ index }: DoctorFacts): readonly Finding[] {
  const planes = controlPlanes(index);
  if (planes.length === 0) return [];
  const piles = new Map<Verdict, Pile>();
  for (const workload of index.topology.workloads.values()) {
    const own = controlPlanesOf(index, workload.cluster);
    for (const proxy of workload.proxies) put(piles, workload, proxy, own);
  }
  const of = (verdict: Verdict) => piles.get(verdict);
  return [
    ...skewed(of('behind'), 'proxy-behind', 'older'),
    ...skewed(of('ahead'), 'proxy-ahead', 'newer'),
    ...lost(of('lost'), [...new Set(planes.map(({ revision }) => revision))]),
    ...untold(of('unknown')),
    ...current(of('current'), piles.size),
  ];
}

function put(
  piles: Map<Verdict, Pile>,
  workload: Workload,
  proxy: ProxyBuild,
  planes: readonly ControlPlane[],
): void {
  const revision = proxy.revision ?? DEFAULT_REVISION;
  const wanted = planes.find((plane) => plane.revision === revision)?.version;
  // Where no control plane is known, nothing can be missing.
  const verdict = planes.length === 0 ? 'unknown' : verdictOf(proxy, wanted);
  const pile = piles.get(verdict) ?? {
    pods: 0,
    minors: 0,
    builds: new Map<string, number>(),
    objects: [],
    namespaces: new Set<string>(),
  };
  piles.set(verdict, pile);
  pile.pods += proxy.pods;
  pile.minors = Math.max(pile.minors, minorsBetween(proxy.version, wanted ?? null));
  const against = wanted === undefined || wanted === null ? '' : ` under ${wanted}`;
  const build = `${proxy.version ?? 'unknown version'} of revision ${revision}${against}`;
  pile.builds.set(build, (pile.builds.get(build) ?? 0) + proxy.pods);
  pile.namespaces.add(workload.namespace);
  const detail = `${proxy.version ?? 'version unknown'}, ${count(proxy.pods, 'pod')}`;
  const { namespace, name, cluster } = workload;
  pile.objects.push(objectOf(workloadKind(workload), namespace, name, detail, cluster));
}

/** `undefined`: no control plane has that revision; `null`: it does not tell its version. */
function verdictOf(proxy: ProxyBuild, wanted: string | null | undefined): Verdict {
  if (wanted === undefined) return proxy.revision === null ? 'unknown' : 'lost';
  if (wanted === null || proxy.version === null) return 'unknown';
  if (proxy.version === wanted) return 'current';
  const order = compareVersions(proxy.version, wanted);
  return order === null ? 'unknown' : order < 0 ? 'behind' : 'ahead';
}

function numbersOf(version: string): readonly number[] | null {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** Negative: `a` is older; 0: told apart by nothing but their flavour; `null`: not versions. */
function compareVersions(a: string, b: string): number | null {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  if (left === null || right === null) return null;
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function minorsBetween(a: string | null, b: string | null): number {
  const [left, right] = [numbersOf(a ?? ''), numbersOf(b ?? '')];
  if (left === null || right === null) return 0;
  return left[0] === right[0] ? Math.abs((left[1] ?? 0) - (right[1] ?? 0)) : 99;
}

function buildsText(builds: ReadonlyMap<string, number>): string {
  const sorted = [...builds].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 5).map(([build, pods]) => `${build}: ${count(pods, 'pod')}`);
  return shown.join('; ') + (sorted.length > 5 ? ` and ${sorted.length - 5} more builds` : '');
}

/** Restarts everything of the namespaces concerned, of which a few are named. */
function restarts(namespaces: ReadonlySet<string>): readonly string[] {
  return [...namespaces]
    .sort()
    .slice(0, 5)
    .map((namespace) => `kubectl -n ${namespace} rollout restart deployment,statefulset,daemonset`);
}

function skewed(
  pile: Pile | undefined,
  rule: Extract<FindingRule, 'proxy-behind' | 'proxy-ahead'>,
  word: string,
): readonly Finding[] {
  if (pile === undefined) return [];
  // Patches of one minor version get on with each other.
  const severity: Severity = rule === 'proxy-behind' && pile.minors === 0 ? 'info' : 'warning';
  return [
    finding(rule, {
      severity,
      title: `${count(pile.pods, 'pod')} ${pile.pods === 1 ? 'has a proxy' : 'have proxies'} ${word} than the control plane`,
      seen: `${buildsText(pile.builds)}.`,
      fix:
        rule === 'proxy-behind'
          ? 'A proxy keeps its version until its pod is made anew: restart the workloads. Istio supports proxies of the minor version before that of the control plane.'
          : 'Istio does not support proxies newer than their control plane: upgrade istiod first, or restart these workloads under it.',
      commands: [...restarts(pile.namespaces), 'istioctl proxy-status'],
      objects: pile.objects,
      source: SOURCE,
    }),
  ];
}

function lost(pile: Pile | undefined, revisions: readonly string[]): readonly Finding[] {
  if (pile === undefined) return [];
  return [
    finding('proxy-of-lost-revision', {
      severity: 'warning',
      title: `${count(pile.pods, 'pod')} ${pile.pods === 1 ? 'has a proxy' : 'have proxies'} of a revision that is not seen`,
      seen: `${buildsText(pile.builds)}. Seen are: ${revisions.join(', ')}.`,
      fix: 'If that revision was removed, these proxies get no new configuration or certificates: label the namespaces for one that runs, and restart. If its istiod is elsewhere, all is well.',
      commands: ['istioctl proxy-status', ...restarts(pile.namespaces)],
      objects: pile.objects,
      source: SOURCE,
    }),
  ];
}

function untold(pile: Pile | undefined): readonly Finding[] {
  if (pile === undefined) return [];
  return [
    finding('proxy-version-unknown', {
      severity: 'unknown',
      title: `Versions of ${count(pile.pods, 'proxy', 'proxies')} cannot be compared`,
      seen: `Images named by digest only, or without a version in their tag: ${buildsText(pile.builds)}.`,
      fix: 'Ask istiod, to which every proxy tells its version.',
      commands: ['istioctl version', 'istioctl proxy-status'],
      objects: pile.objects,
      source: SOURCE,
    }),
  ];
}

function current(pile: Pile | undefined, verdicts: number): readonly Finding[] {
  if (pile === undefined || verdicts > 1) return [];
  return [
    finding('proxies-current', {
      severity: 'ok',
      title: 'Every proxy has the version of its control plane',
      seen: `${buildsText(pile.builds)}.`,
      source: SOURCE,
    }),
  ];
}
