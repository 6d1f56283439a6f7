import type { ResourceType, ServedVersion } from '@/demo/kubernetes/resource-type';

interface BuiltIn {
  readonly group?: string;
  readonly kind: string;
  readonly plural: string;
  readonly short?: readonly string[];
  readonly all?: boolean;
  readonly cluster?: boolean;
  readonly status?: boolean;
  readonly scale?: boolean;
  readonly generation?: boolean;
  readonly versions?: readonly string[];
}

function schemaOf(group: string, version: string, kind: string): ServedVersion {
  const folder = group === '' ? version : `${group}/${version}`;
  return {
    name: version,
    schema: { package: 'kubernetes-models', module: `${folder}/${kind}` },
  };
}

function builtIn(entry: BuiltIn): ResourceType {
  const group = entry.group ?? '';
  return {
    group,
    kind: entry.kind,
    resource: entry.plural,
    singular: entry.kind.toLowerCase(),
    shortNames: entry.short ?? [],
    categories: entry.all === true ? ['all'] : [],
    namespaced: entry.cluster !== true,
    custom: false,
    versions: (entry.versions ?? ['v1']).map((version) => schemaOf(group, version, entry.kind)),
    status: entry.status === true,
    scale: entry.scale === true,
    generation: entry.generation === true,
    columns: [],
  };
}

const APPS = 'apps';
const WORKLOAD = { group: APPS, all: true, status: true, generation: true };

/** Kinds that a real API server serves without any CustomResourceDefinition. */
export const BUILT_IN_TYPES: readonly ResourceType[] = [
  builtIn({ kind: 'Namespace', plural: 'namespaces', short: ['ns'], cluster: true, status: true }),
  builtIn({ kind: 'Node', plural: 'nodes', short: ['no'], cluster: true, status: true }),
  builtIn({ kind: 'Pod', plural: 'pods', short: ['po'], all: true, status: true }),
  builtIn({ kind: 'Service', plural: 'services', short: ['svc'], all: true, status: true }),
  builtIn({ kind: 'Endpoints', plural: 'endpoints', short: ['ep'] }),
  builtIn({ kind: 'ConfigMap', plural: 'configmaps', short: ['cm'] }),
  builtIn({ kind: 'Secret', plural: 'secrets' }),
  builtIn({ kind: 'ServiceAccount', plural: 'serviceaccounts', short: ['sa'] }),
  builtIn({ kind: 'Event', plural: 'events', short: ['ev'] }),
  builtIn({
    ...WORKLOAD,
    kind: 'Deployment',
    plural: 'deployments',
    short: ['deploy'],
    scale: true,
  }),
  builtIn({ ...WORKLOAD, kind: 'ReplicaSet', plural: 'replicasets', short: ['rs'], scale: true }),
  builtIn({
    ...WORKLOAD,
    kind: 'StatefulSet',
    plural: 'statefulsets',
    short: ['sts'],
    scale: true,
  }),
  builtIn({ ...WORKLOAD, kind: 'DaemonSet', plural: 'daemonsets', short: ['ds'] }),
  builtIn({
    group: 'batch',
    kind: 'Job',
    plural: 'jobs',
    all: true,
    status: true,
    generation: true,
  }),
  builtIn({ group: 'discovery.k8s.io', kind: 'EndpointSlice', plural: 'endpointslices' }),
];
