import type {
  ClusterDiagnosis,
  DoctorFacts,
  KindAccess,
  MetricDiagnosis,
} from '@/mesh/doctor/facts';
import { kindCosts } from '@/mesh/doctor/kind-costs';
import { labelCosts, metricCosts } from '@/mesh/doctor/metric-costs';
import { runDoctor } from '@/mesh/doctor/run-doctor';
import type { Finding } from '@/mesh/doctor/finding';
import type { FindingRule } from '@/mesh/doctor/finding-rules';
import { aNamespace, aService, aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import { indexTopology } from '@/mesh/topology/topology-index';
import type { Topology, Workload } from '@/mesh/topology/topology';

/** A kind that is served and may be read, and written as far as Fanari writes it. */
export function aKind(key: string, over: Partial<KindAccess> = {}): KindAccess {
  const [group = '', kind = ''] = key.split('/');
  return {
    group,
    kind,
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    resource: `${kind.toLowerCase()}s`,
    reading: 'all',
    message: null,
    verbs: [{ verb: 'get', allowed: true }],
    ...over,
  };
}

/** Every kind that Fanari reads, with some of them otherwise. */
export function kindsBut(
  others: Readonly<Record<string, Partial<KindAccess>>> = {},
): readonly KindAccess[] {
  return Object.keys(kindCosts).map((key) => aKind(key, others[key]));
}

/** A cluster that tells and allows everything. */
export function aClusterDiagnosis(over: Partial<ClusterDiagnosis> = {}): ClusterDiagnosis {
  return {
    cluster: null,
    state: { state: 'ok', message: null },
    kubernetesVersion: 'v1.33.1',
    isDiscovered: true,
    kinds: kindsBut(),
    onlyNamespace: null,
    serviceAccount: { namespace: 'istio-system', name: 'fanari' },
    clock: { minMs: -400, maxMs: 700 },
    ...over,
  };
}

/** A Prometheus that scrapes everything. */
export function aMetricDiagnosis(over: Partial<MetricDiagnosis> = {}): MetricDiagnosis {
  return {
    fault: null,
    metrics: Object.keys(metricCosts),
    requestLabels: Object.keys(labelCosts),
    newestSampleSeconds: 12,
    isTraffic: true,
    scrapeIntervalSeconds: 15,
    retentionSeconds: 15 * 86_400,
    istiod: {
      pilot_total_xds_rejects: null,
      pilot_total_rejected_configs: { total: 3, lastHour: 0 },
      galley_validation_failed: null,
      sidecar_injection_failure_total: null,
    },
    clock: { minMs: -300, maxMs: 800 },
    ...over,
  };
}

/** An istiod that is ready. */
export function anIstiod(revision = 'default', version: string | null = '1.30.3'): Workload {
  const name = revision === 'default' ? 'istiod' : `istiod-${revision}`;
  return aWorkload('istio-system', name, {
    labels: { app: 'istiod', 'istio.io/rev': revision, 'sidecar.istio.io/inject': 'false' },
    proxy: 'none',
    proxies: [],
    proxiedPods: 0,
    barePodsAtMs: { oldest: 0, newest: 0 },
    istiod: { version },
  });
}

/** A mesh of one namespace in which nothing is wrong. */
export function aSoundTopology(): Topology {
  return aTopology({
    namespaces: [aNamespace('shop', { 'istio-injection': 'enabled' })],
    workloads: [anIstiod(), aWorkload('shop', 'cart')],
    services: [aService('shop', 'cart')],
  });
}

type GivenFacts = Partial<Omit<DoctorFacts, 'index' | 'clusters'>> &
  Partial<Pick<ClusterDiagnosis, 'state' | 'kubernetesVersion'>> & {
    readonly topology?: Topology;
    readonly cluster?: ClusterDiagnosis;
  };

/** Facts of one cluster in which nothing is wrong, but for what is given. */
export function doctorFacts(over: GivenFacts = {}): DoctorFacts {
  const { topology = aSoundTopology(), cluster = aClusterDiagnosis(), ...others } = over;
  const { state = cluster.state, kubernetesVersion = cluster.kubernetesVersion, ...rest } = others;
  return {
    index: indexTopology(topology),
    istioVersion: '1.30.3',
    clusters: [{ ...cluster, state, kubernetesVersion }],
    metrics: aMetricDiagnosis(),
    traces: { fault: null, services: 7, clock: { minMs: -200, maxMs: 900 } },
    isReadOnly: false,
    ...rest,
  };
}

/** What one rule says of the facts; empty where it is silent. */
export function said(facts: DoctorFacts, rule: FindingRule): readonly Finding[] {
  return runDoctor(facts).filter((entry) => entry.rule === rule);
}
