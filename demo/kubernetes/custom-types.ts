import type { PrinterColumn, ResourceType, ServedVersion } from '@/demo/kubernetes/resource-type';

interface Custom {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly cluster?: boolean;
  readonly scale?: boolean;
  readonly versions: readonly string[];
  /** npm package of the schemas; absent for kinds whose content is not checked. */
  readonly package?: string;
  readonly columns: readonly PrinterColumn[];
}

function column(name: string, path: string, type: PrinterColumn['type'] = 'string'): PrinterColumn {
  return { name, path, type, wide: false };
}

/** A column that only `-o wide` shows. */
function wideColumn(name: string, path: string, type?: PrinterColumn['type']): PrinterColumn {
  return { ...column(name, path, type), wide: true };
}

const AGE = column('Age', 'metadata.creationTimestamp', 'date');

function served(entry: Custom, version: string): ServedVersion {
  if (entry.package === undefined) return { name: version, schema: null };
  return {
    name: version,
    schema: { package: entry.package, module: `${entry.group}/${version}/${entry.kind}` },
  };
}

function custom(entry: Custom): ResourceType {
  return {
    group: entry.group,
    kind: entry.kind,
    resource: entry.plural,
    singular: entry.kind.toLowerCase(),
    shortNames: entry.short ?? [],
    categories: entry.categories ?? [],
    namespaced: entry.cluster !== true,
    custom: true,
    versions: entry.versions.map((version) => served(entry, version)),
    status: true,
    scale: entry.scale === true,
    generation: true,
    columns: entry.columns,
  };
}

const ISTIO = { package: '@kubernetes-models/istio' };
const NETWORKING = {
  ...ISTIO,
  group: 'networking.istio.io',
  categories: ['istio-io', 'networking-istio-io'],
  versions: ['v1', 'v1beta1', 'v1alpha3'],
};
const SECURITY = {
  ...ISTIO,
  group: 'security.istio.io',
  categories: ['istio-io', 'security-istio-io'],
  versions: ['v1', 'v1beta1'],
};
const GATEWAY_API = {
  package: '@kubernetes-models/gateway-api',
  group: 'gateway.networking.k8s.io',
  categories: ['gateway-api'],
};

const ISTIO_TYPES: readonly ResourceType[] = [
  custom({
    ...NETWORKING,
    kind: 'VirtualService',
    plural: 'virtualservices',
    short: ['vs'],
    columns: [column('Gateways', 'spec.gateways'), column('Hosts', 'spec.hosts'), AGE],
  }),
  custom({
    ...NETWORKING,
    kind: 'DestinationRule',
    plural: 'destinationrules',
    short: ['dr'],
    columns: [column('Host', 'spec.host'), AGE],
  }),
  custom({
    ...NETWORKING,
    kind: 'Gateway',
    plural: 'gateways',
    short: ['gw'],
    columns: [AGE],
  }),
  custom({
    ...NETWORKING,
    kind: 'ServiceEntry',
    plural: 'serviceentries',
    short: ['se'],
    columns: [
      column('Hosts', 'spec.hosts'),
      column('Location', 'spec.location'),
      column('Resolution', 'spec.resolution'),
      AGE,
    ],
  }),
  custom({ ...NETWORKING, kind: 'Sidecar', plural: 'sidecars', columns: [AGE] }),
  custom({
    ...NETWORKING,
    kind: 'WorkloadEntry',
    plural: 'workloadentries',
    short: ['we'],
    columns: [AGE, column('Address', 'spec.address')],
  }),
  custom({
    ...NETWORKING,
    kind: 'WorkloadGroup',
    plural: 'workloadgroups',
    short: ['wg'],
    columns: [AGE],
  }),
  custom({
    ...NETWORKING,
    kind: 'EnvoyFilter',
    plural: 'envoyfilters',
    versions: ['v1alpha3'],
    columns: [AGE],
  }),
  custom({
    ...NETWORKING,
    kind: 'ProxyConfig',
    plural: 'proxyconfigs',
    versions: ['v1beta1'],
    columns: [AGE],
  }),
  custom({
    ...SECURITY,
    kind: 'PeerAuthentication',
    plural: 'peerauthentications',
    short: ['pa'],
    columns: [column('Mode', 'spec.mtls.mode'), AGE],
  }),
  custom({
    ...SECURITY,
    kind: 'AuthorizationPolicy',
    plural: 'authorizationpolicies',
    short: ['ap'],
    columns: [column('Action', 'spec.action'), AGE],
  }),
  custom({
    ...SECURITY,
    kind: 'RequestAuthentication',
    plural: 'requestauthentications',
    short: ['ra'],
    columns: [AGE],
  }),
  custom({
    ...ISTIO,
    group: 'telemetry.istio.io',
    categories: ['istio-io', 'telemetry-istio-io'],
    versions: ['v1', 'v1alpha1'],
    kind: 'Telemetry',
    plural: 'telemetries',
    short: ['telemetry'],
    columns: [AGE],
  }),
  custom({
    ...ISTIO,
    group: 'extensions.istio.io',
    categories: ['istio-io', 'extensions-istio-io'],
    versions: ['v1alpha1'],
    kind: 'WasmPlugin',
    plural: 'wasmplugins',
    columns: [AGE],
  }),
];

const GATEWAY_TYPES: readonly ResourceType[] = [
  custom({
    ...GATEWAY_API,
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    short: ['gc'],
    cluster: true,
    versions: ['v1', 'v1beta1'],
    columns: [
      column('Controller', 'spec.controllerName'),
      column('Accepted', 'status.conditions[?(@.type=="Accepted")].status'),
      AGE,
      wideColumn('Description', 'spec.description'),
    ],
  }),
  custom({
    ...GATEWAY_API,
    kind: 'Gateway',
    plural: 'gateways',
    short: ['gtw'],
    versions: ['v1', 'v1beta1'],
    columns: [
      column('Class', 'spec.gatewayClassName'),
      column('Address', 'status.addresses[*].value'),
      column('Programmed', 'status.conditions[?(@.type=="Programmed")].status'),
      AGE,
    ],
  }),
  custom({
    ...GATEWAY_API,
    kind: 'HTTPRoute',
    plural: 'httproutes',
    versions: ['v1', 'v1beta1'],
    columns: [column('Hostnames', 'spec.hostnames'), AGE],
  }),
  custom({
    ...GATEWAY_API,
    kind: 'GRPCRoute',
    plural: 'grpcroutes',
    versions: ['v1', 'v1alpha2'],
    columns: [column('Hostnames', 'spec.hostnames'), AGE],
  }),
  custom({
    ...GATEWAY_API,
    kind: 'TCPRoute',
    plural: 'tcproutes',
    versions: ['v1alpha2'],
    columns: [AGE],
  }),
  custom({
    ...GATEWAY_API,
    kind: 'TLSRoute',
    plural: 'tlsroutes',
    versions: ['v1', 'v1alpha3', 'v1alpha2'],
    columns: [AGE],
  }),
  custom({
    ...GATEWAY_API,
    kind: 'ReferenceGrant',
    plural: 'referencegrants',
    short: ['refgrant'],
    versions: ['v1', 'v1beta1'],
    columns: [AGE],
  }),
];

const DELIVERY_TYPES: readonly ResourceType[] = [
  custom({
    group: 'flagger.app',
    kind: 'Canary',
    plural: 'canaries',
    short: ['cd'],
    categories: ['all'],
    versions: ['v1beta1'],
    columns: [
      column('Status', 'status.phase'),
      column('Weight', 'status.canaryWeight'),
      wideColumn('FailedChecks', 'status.failedChecks'),
      wideColumn('Interval', 'spec.analysis.interval'),
      wideColumn('Mirror', 'spec.analysis.mirror'),
      wideColumn('StepWeight', 'spec.analysis.stepWeight'),
      wideColumn('StepWeights', 'spec.analysis.stepWeights'),
      wideColumn('MaxWeight', 'spec.analysis.maxWeight'),
      column('LastTransitionTime', 'status.lastTransitionTime'),
    ],
  }),
  custom({
    group: 'argoproj.io',
    kind: 'Rollout',
    plural: 'rollouts',
    short: ['ro'],
    scale: true,
    versions: ['v1alpha1'],
    columns: [
      column('Desired', 'spec.replicas', 'integer'),
      column('Current', 'status.replicas', 'integer'),
      column('Up-to-date', 'status.updatedReplicas', 'integer'),
      column('Available', 'status.availableReplicas', 'integer'),
      AGE,
    ],
  }),
];

/** Kinds that would come from CustomResourceDefinitions: Istio, Gateway API, Flagger and Argo Rollouts. */
export const CUSTOM_TYPES: readonly ResourceType[] = [
  ...ISTIO_TYPES,
  ...GATEWAY_TYPES,
  ...DELIVERY_TYPES,
];
