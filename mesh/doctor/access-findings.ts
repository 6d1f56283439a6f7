import type { ClusterDiagnosis, DoctorFacts, KindAccess, SingleVerb } from '@/mesh/doctor/facts';
import { count, finding, listed, type Finding } from '@/mesh/doctor/finding';
import { costOf, essentialKinds } from '@/mesh/doctor/kind-costs';

const REVIEWS = 'SelfSubjectAccessReviews, and what the API server refused';
const CHART = 'helm upgrade fanari deploy/helm/fanari --namespace <namespace> --reuse-values';

/** One account of Fanari. */
interface Account extends Pick<DoctorFacts, 'index' | 'isReadOnly'> {
  readonly cluster: ClusterDiagnosis;
}

/** What Fanari's own account may not do, and what that costs. Speaks of kinds, never of who looks. */
export function accessFindings(
  { index, isReadOnly }: DoctorFacts,
  cluster: ClusterDiagnosis,
): readonly Finding[] {
  const { state } = cluster;
  const facts: Account = { index, isReadOnly, cluster };
  if (state.state === 'not-configured' || state.state === 'failing' || !cluster.isDiscovered) {
    return [];
  }
  const served = cluster.kinds.filter(({ apiVersion }) => apiVersion !== null);
  const problems = [
    ...served.filter(({ reading }) => reading === 'refused').map((kind) => refused(facts, kind)),
    ...oneNamespace(facts),
    ...unreadableYaml(facts, served),
    ...served.flatMap((kind) => refusedWrites(facts, kind)),
    ...untold(served),
  ];
  return problems.length > 0 ? problems : complete(facts, served);
}

/** The commands that grant verbs on a kind in the whole cluster. */
function grant(facts: Account, kinds: readonly KindAccess[], verbs: readonly string[]) {
  const resources = kinds.map(({ resource, group }) =>
    group === '' ? (resource ?? '') : `${resource ?? ''}.${group}`,
  );
  const name = `fanari-${verbs.join('-')}-${kinds.length === 1 ? (kinds[0]?.resource ?? '') : 'more'}`;
  return [
    `kubectl create clusterrole ${name} --verb=${verbs.join(',')} --resource=${resources.join(',')}`,
    `kubectl create clusterrolebinding ${name} --clusterrole=${name} ${subject(facts)}`,
  ];
}

/** The account to bind to. Its name is told only where its namespace is one that may be seen anyway. */
function subject({ cluster: { serviceAccount }, index }: Account): string {
  return serviceAccount !== null && index.topology.namespaces.has(serviceAccount.namespace)
    ? `--serviceaccount=${serviceAccount.namespace}:${serviceAccount.name}`
    : '--serviceaccount=<namespace>:<account of Fanari>';
}

function refused(facts: Account, kind: KindAccess): Finding {
  const isEssential = essentialKinds.has(`${kind.group}/${kind.kind}`);
  // Only one object of this kind is wanted.
  const isMeshConfig = kind.kind === 'ConfigMap';
  const { rootNamespace } = facts.index.topology.mesh;
  return finding('may-not-read', {
    severity: isEssential ? 'error' : 'warning',
    title: `${kind.kind} may not be listed`,
    seen: `The API server refuses Fanari’s account to list and watch ${kind.resource ?? kind.kind}${kind.group === '' ? '' : ` of ${kind.group}`}. What that costs: ${costOf(kind)}.`,
    fix: isMeshConfig
      ? 'The chart grants it (a Role for the one ConfigMap). By hand:'
      : 'The chart’s viewer role has it. By hand, with an account that may grant it:',
    commands: [
      CHART,
      ...(isMeshConfig
        ? [
            `kubectl -n ${rootNamespace} create role fanari-mesh-config --verb=get,list,watch --resource=configmaps --resource-name=istio`,
            `kubectl -n ${rootNamespace} create rolebinding fanari-mesh-config --role=fanari-mesh-config ${subject(facts)}`,
          ]
        : grant(facts, [kind], ['list', 'watch'])),
    ],
    source: 'the watch of the kind (403)',
  });
}

function oneNamespace({ cluster, index }: Account): readonly Finding[] {
  const { onlyNamespace } = cluster;
  if (onlyNamespace === null) return [];
  const where = index.topology.namespaces.has(onlyNamespace) ? onlyNamespace : 'one namespace';
  return [
    finding('reads-one-namespace', {
      severity: 'info',
      title: 'Only one namespace can be read',
      seen: `Fanari’s account may list objects of ${where} only. Traffic to and from others is drawn with what the metrics say of their ends; mesh-wide configuration and istiod are missing.`,
      fix: 'If that is not meant so: the chart’s role for the whole cluster has what is missing.',
      commands: [CHART],
      source: 'the watches of the API server (403 for all namespaces)',
    }),
  ];
}

function isDenied(kind: KindAccess, verb: SingleVerb): boolean {
  return kind.verbs.some((entry) => entry.verb === verb && entry.allowed === false);
}

function unreadableYaml(facts: Account, served: readonly KindAccess[]): readonly Finding[] {
  const kinds = served.filter((kind) => kind.reading !== 'refused' && isDenied(kind, 'get'));
  if (kinds.length === 0) return [];
  return [
    finding('may-not-get', {
      severity: 'warning',
      title: `${count(kinds.length, 'kind')} may not be read one by one`,
      seen: `No get on ${listed(
        kinds.map(({ kind }) => kind),
        24,
      )}. What that costs: no YAML of these objects, and no change of a weight, which reads the object afresh first.`,
      fix: 'The chart’s viewer role has it. By hand:',
      commands: [CHART, ...grant(facts, kinds, ['get'])],
      source: REVIEWS,
    }),
  ];
}

const WRITES: readonly SingleVerb[] = ['create', 'patch', 'delete'];

function refusedWrites(facts: Account, kind: KindAccess): readonly Finding[] {
  const verbs = WRITES.filter((verb) => isDenied(kind, verb));
  if (verbs.length === 0) return [];
  const lost = [
    ...(verbs.includes('patch') ? ['weights and subsets in it cannot be changed'] : []),
    ...(verbs.includes('create') ? ['no canary that needs one can be started'] : []),
    ...(verbs.includes('delete') ? ['a canary that made one cannot be undone'] : []),
  ];
  return [
    finding('may-not-write', {
      severity: facts.isReadOnly ? 'info' : 'warning',
      title: `No ${verbs.join(', ')} of ${kind.kind}`,
      seen: `Fanari’s account may not ${verbs.join(', ')} ${kind.resource ?? kind.kind}${kind.group === '' ? '' : ` of ${kind.group}`}: ${lost.join('; ')}.${facts.isReadOnly ? ' Fanari is read-only by its settings, too.' : ''}`,
      fix: 'If it is to write: the chart’s editor role has it. By hand:',
      commands: [`${CHART} --set access=editor`, ...grant(facts, [kind], verbs)],
      source: REVIEWS,
    }),
  ];
}

function untold(served: readonly KindAccess[]): readonly Finding[] {
  const kinds = served.filter(({ verbs }) => verbs.some(({ allowed }) => allowed === null));
  if (kinds.length === 0) return [];
  return [
    finding('access-unknown', {
      severity: 'unknown',
      title: `What may be done with ${count(kinds.length, 'kind')} is not known`,
      seen: `For ${listed(
        kinds.map(({ kind }) => kind),
        24,
      )} the API server gave no answer, or it differs from namespace to namespace.`,
      fix: 'Ask with the same account.',
      commands: ['kubectl auth can-i --list'],
      source: REVIEWS,
    }),
  ];
}

function complete(facts: Account, served: readonly KindAccess[]): readonly Finding[] {
  if (served.length === 0 || served.some(({ reading }) => reading === 'pending')) return [];
  return [
    finding('access-complete', {
      severity: 'ok',
      title: 'Fanari’s account may do all that it would',
      seen: `${count(served.length, 'kind')} read; writes are ${facts.isReadOnly ? 'granted, and refused by the settings (read-only)' : 'granted'}.`,
      source: REVIEWS,
    }),
  ];
}
