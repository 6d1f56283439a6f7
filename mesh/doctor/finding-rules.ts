/** What a finding is about. */
export type FindingGroup =
  | 'cluster'
  | 'istio'
  | 'kinds'
  | 'access'
  | 'prometheus'
  | 'traces'
  | 'clock'
  | 'injection'
  | 'ports'
  | 'configuration';

interface RuleRow {
  readonly group: FindingGroup;
  /** What it means when the doctor says so, as in docs/doctor.md. */
  readonly means: string;
}

/** Every rule of the doctor; docs/doctor.md lists the same. */
export const findingRules = {
  'cluster-not-configured': {
    group: 'cluster',
    means: 'No kubeconfig or service account that can be used.',
  },
  'api-server-failing': {
    group: 'cluster',
    means: 'The API server does not answer, or refuses the credentials.',
  },
  'first-reading': { group: 'cluster', means: 'The first lists are still being read.' },
  'kind-failing': {
    group: 'cluster',
    means: 'Some kinds cannot be read for another reason than permission.',
  },
  'kubernetes-version': { group: 'cluster', means: 'Version of the API server.' },
  'no-workloads': { group: 'cluster', means: 'Nothing that runs pods is seen.' },
  'nothing-in-namespaces': {
    group: 'cluster',
    means: 'The namespaces asked for hold nothing that could be drawn, or do not exist.',
  },
  'no-istiod': {
    group: 'istio',
    means:
      'No control plane is seen: none is installed, it is outside this cluster, or it may not be seen.',
  },
  'istiod-not-ready': { group: 'istio', means: 'A control plane has no ready pod.' },
  'istiod-versions': { group: 'istio', means: 'Control planes by revision and version.' },
  'revision-of-two-versions': {
    group: 'istio',
    means: 'One revision has control planes of several versions.',
  },
  'mesh-config-not-found': {
    group: 'istio',
    means: "ConfigMap `istio` was not found or may not be read: Istio's defaults are assumed.",
  },
  'proxy-behind': {
    group: 'istio',
    means: 'Proxies are older than the control plane of their revision.',
  },
  'proxy-ahead': {
    group: 'istio',
    means: 'Proxies are newer than the control plane of their revision.',
  },
  'proxy-of-lost-revision': {
    group: 'istio',
    means: 'Proxies were injected by a revision that no longer runs.',
  },
  'proxy-version-unknown': {
    group: 'istio',
    means: 'Versions of proxies or of their control plane cannot be told.',
  },
  'proxies-current': { group: 'istio', means: 'Every proxy has the version of its control plane.' },
  'kinds-not-asked': {
    group: 'kinds',
    means: 'The API server has not yet told which kinds it serves.',
  },
  'istio-kinds-missing': {
    group: 'kinds',
    means: 'Kinds of Istio are not served, with what that costs.',
  },
  'gateway-kinds-missing': {
    group: 'kinds',
    means: 'Kinds of the Gateway API are not served, with what that costs.',
  },
  'kinds-served': {
    group: 'kinds',
    means: 'Kinds that are served, and in which version they are read.',
  },
  'may-not-read': {
    group: 'access',
    means: "Fanari's account may not list and watch a kind, with what that costs.",
  },
  'reads-one-namespace': {
    group: 'access',
    means: "Fanari's account may read one namespace only.",
  },
  'may-not-get': {
    group: 'access',
    means:
      "Fanari's account may not get single objects of a kind, so that their YAML is not shown.",
  },
  'may-not-write': {
    group: 'access',
    means: "Fanari's account may not write a kind that it would.",
  },
  'access-unknown': {
    group: 'access',
    means: "The API server did not say what Fanari's account may do.",
  },
  'access-complete': {
    group: 'access',
    means: "Fanari's account may do everything that it would.",
  },
  'prometheus-not-configured': { group: 'prometheus', means: 'No Prometheus is set.' },
  'prometheus-failing': { group: 'prometheus', means: 'Prometheus does not answer a query.' },
  'mesh-not-scraped': { group: 'prometheus', means: 'Prometheus has no metrics of the mesh.' },
  'mesh-scrape-stopped': {
    group: 'prometheus',
    means: 'Prometheus had metrics of the mesh within the last hour and has no new ones.',
  },
  'metrics-missing': {
    group: 'prometheus',
    means: 'Some metrics of the mesh are missing, with what that costs.',
  },
  'labels-missing': {
    group: 'prometheus',
    means: 'Labels are missing from the metrics, with what that costs.',
  },
  'metrics-unknown': {
    group: 'prometheus',
    means: 'Prometheus does not tell which metrics or labels it has.',
  },
  'mesh-scraped': { group: 'prometheus', means: 'Prometheus has the metrics of the mesh.' },
  'no-traffic': { group: 'prometheus', means: 'The proxies are scraped and count nothing.' },
  'scrape-interval': {
    group: 'prometheus',
    means: 'How often Prometheus scrapes, and which windows that allows.',
  },
  retention: {
    group: 'prometheus',
    means: 'How long Prometheus keeps samples, and which windows that allows.',
  },
  'traces-not-configured': { group: 'traces', means: 'No tracing backend is set.' },
  'traces-failing': { group: 'traces', means: 'The tracing backend does not answer.' },
  'no-traced-services': {
    group: 'traces',
    means: 'The tracing backend answers and knows no service.',
  },
  'traces-answer': { group: 'traces', means: 'The tracing backend answers and knows services.' },
  'clock-differs': {
    group: 'clock',
    means: 'The clock of an upstream differs from that of Fanari.',
  },
  'clock-unknown': { group: 'clock', means: 'The clock of an upstream could not be read.' },
  'clocks-agree': { group: 'clock', means: 'Clocks agree, as far as can be told.' },
  'no-namespace-in-mesh': { group: 'injection', means: 'No namespace is labelled for the mesh.' },
  'pods-before-label': {
    group: 'injection',
    means: 'Pods are older than the label that would have given them a proxy.',
  },
  'pods-opted-out': {
    group: 'injection',
    means: 'Pods opt out of the mesh by a label or annotation.',
  },
  'pods-on-host-network': {
    group: 'injection',
    means: 'Pods use the network of their host, where Istio injects nothing.',
  },
  'no-injector': {
    group: 'injection',
    means: 'Pods wait for a revision that no control plane has.',
  },
  'pods-without-reason': {
    group: 'injection',
    means: 'Pods have no proxy, and nothing that Fanari sees says why.',
  },
  'two-modes': { group: 'injection', means: 'A namespace asks for sidecars and for ambient mode.' },
  'injection-failed': {
    group: 'injection',
    means: 'The injector of istiod failed (its own count).',
  },
  'injection-complete': {
    group: 'injection',
    means: 'Every pod that should have a proxy has one.',
  },
  'app-protocol-unknown': {
    group: 'ports',
    means: "`appProtocol` of a Service's port is a word that Istio does not know.",
  },
  'port-protocol-guessed': {
    group: 'ports',
    means: "A Service's port declares no protocol, so that proxies guess it from the first bytes.",
  },
  'ports-declared': {
    group: 'ports',
    means: 'Every port of a Service in the mesh declares its protocol.',
  },
  'config-refused': {
    group: 'configuration',
    means: 'The status of an object says that its controller did not accept it.',
  },
  'config-analysis': {
    group: 'configuration',
    means: "Istio's analysis complains of an object in its status.",
  },
  'config-accepted': { group: 'configuration', means: 'No status complains of anything.' },
  'status-not-written': {
    group: 'configuration',
    means:
      "istiod writes no status on Istio's objects, so that Fanari cannot tell what it ignores.",
  },
  'proxies-reject-config': {
    group: 'configuration',
    means: 'Proxies rejected what istiod sent them (its own count).',
  },
  'istiod-rejects-config': {
    group: 'configuration',
    means: 'istiod rejected or ignored configuration (its own count).',
  },
  'webhook-refused': {
    group: 'configuration',
    means: 'The validation webhook refused objects (its own count).',
  },
  'istiod-not-scraped': { group: 'configuration', means: 'Prometheus has no metrics of istiod.' },
  'istiod-content': { group: 'configuration', means: 'istiod counts no rejection.' },
} as const satisfies Readonly<Record<string, RuleRow>>;

/** Name of a rule; stable. */
export type FindingRule = keyof typeof findingRules;

/** What a rule is about. */
export function groupOf(rule: FindingRule): FindingGroup {
  return findingRules[rule].group;
}
