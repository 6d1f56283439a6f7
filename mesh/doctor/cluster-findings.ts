import type { ClusterDiagnosis, DoctorFacts } from '@/mesh/doctor/facts';
import { count, finding, listed, type Finding } from '@/mesh/doctor/finding';

/** Whether there is a cluster, and whether it can be read. */
export function clusterFindings(facts: DoctorFacts, cluster: ClusterDiagnosis): readonly Finding[] {
  return [
    ...connection(cluster, facts),
    ...version(cluster),
    ...failingKinds(cluster),
    ...workloads(cluster, facts),
  ];
}

function connection(
  { state: { state, message } }: ClusterDiagnosis,
  { index }: DoctorFacts,
): readonly Finding[] {
  const source = 'the watches of the API server';
  if (state === 'not-configured') {
    return [
      finding('cluster-not-configured', {
        severity: 'error',
        title: 'No cluster is configured',
        seen: message ?? 'There is no kubeconfig that can be used.',
        fix: 'Name a kubeconfig and, if need be, a context; without either Fanari takes what kubectl takes, in a pod its service account.',
        commands: [
          'kubectl config get-contexts',
          'npm start -- --kubeconfig ~/.kube/config --context <name>',
        ],
        source: 'the settings',
      }),
    ];
  }
  if (state === 'failing') {
    return [
      finding('api-server-failing', {
        severity: 'error',
        title: 'The Kubernetes API server cannot be read',
        seen: `${message ?? 'It does not answer'}. ${index.topology.revision === 0 ? 'Nothing is known of the cluster.' : 'What is shown of the cluster is what was known before.'}`,
        fix: 'See whether the same kubeconfig works from the machine on which Fanari runs, and whether its credentials have run out.',
        commands: ["kubectl get --raw '/readyz?verbose'", 'kubectl auth whoami'],
        source,
      }),
    ];
  }
  if (state !== 'syncing') return [];
  return [
    finding('first-reading', {
      severity: 'unknown',
      title: 'The cluster is being read for the first time',
      seen: 'Not every list has arrived, so that nothing is drawn yet. With some thousands of pods this takes seconds.',
      source,
    }),
  ];
}

function version({ state, kubernetesVersion }: ClusterDiagnosis): readonly Finding[] {
  if (state.state === 'not-configured' || state.state === 'failing') return [];
  const source = 'GET /version of the API server';
  return [
    kubernetesVersion === null
      ? finding('kubernetes-version', {
          severity: 'unknown',
          title: 'The version of Kubernetes is not known',
          seen: 'The API server has not told it.',
          fix: 'Ask it yourself; the account needs the ClusterRole system:public-info-viewer, which every account has unless it was taken away.',
          commands: ['kubectl version'],
          source,
        })
      : finding('kubernetes-version', {
          severity: 'ok',
          title: `Kubernetes ${kubernetesVersion}`,
          seen: `The API server says that it is ${kubernetesVersion}.`,
          source,
        }),
  ];
}

function failingKinds({ state, kinds }: ClusterDiagnosis): readonly Finding[] {
  const failing = kinds.filter(({ reading }) => reading === 'failing');
  const [first] = failing;
  if (first === undefined || state.state === 'failing') return [];
  return [
    finding('kind-failing', {
      severity: 'error',
      title: `${count(failing.length, 'kind')} cannot be read`,
      seen: `${listed(failing.map(({ kind }) => kind))}: ${first.message ?? 'no reason was given'}.`,
      fix: 'Ask for the same list; a conversion webhook or an aggregated API that is away is the usual reason.',
      commands: failing
        .slice(0, 3)
        .map(
          ({ resource, group }) =>
            `kubectl get ${resource ?? ''}${group === '' ? '' : `.${group}`} -A`,
        ),
      source: 'the watches of the API server',
    }),
  ];
}

function workloads(
  { state, kinds, cluster }: ClusterDiagnosis,
  { index }: DoctorFacts,
): readonly Finding[] {
  const isRead = kinds.some(
    ({ kind, reading }) => kind === 'Pod' && (reading === 'all' || reading === 'one-namespace'),
  );
  if (state.state !== 'ok' || !isRead) return [];
  const own = [...index.topology.workloads.values()];
  if (own.some((workload) => (workload.cluster ?? null) === cluster)) return [];
  return [
    finding('no-workloads', {
      severity: 'warning',
      title: 'Nothing runs here',
      seen: `${count(index.topology.namespaces.size, 'namespace')} can be seen, and no workload or pod in ${index.topology.namespaces.size === 1 ? 'it' : 'them'}.`,
      fix: 'Deploy something, or choose another cluster or account.',
      commands: ['kubectl get pods -A'],
      source: 'the watch of pods and of what runs them',
    }),
  ];
}
