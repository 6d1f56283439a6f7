import type { ClockOffset } from '@/mesh/clock-offset';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** What Fanari's account may do with a kind, as far as Fanari does it. */
export interface KindAccess {
  readonly group: string;
  readonly kind: string;
  /** In which Fanari reads it; `null`: the cluster does not serve it in a version that Fanari understands. */
  readonly apiVersion: string | null;
  /** Its name in RBAC rules, e.g. `virtualservices`; `null` when it is not served. */
  readonly resource: string | null;
  /** How much of it is read. `refused`: by permission. `failing`: for the reason in `message`. `pending`: not yet. */
  readonly reading: 'all' | 'one-namespace' | 'refused' | 'failing' | 'pending' | 'not-served';
  /** Why it is failing; `null` when it is not. */
  readonly message: string | null;
  /** Verbs that Fanari uses on single objects: `get` where it shows YAML, and those of its writes. `null`: not known. */
  readonly verbs: readonly { readonly verb: SingleVerb; readonly allowed: boolean | null }[];
}

/** What is done with one object. */
export type SingleVerb = 'get' | 'create' | 'patch' | 'delete';

/** State of the connection to a cluster. */
export interface ClusterState {
  readonly state: 'ok' | 'syncing' | 'failing' | 'not-configured';
  readonly message: string | null;
}

/** What a cluster tells about itself and about Fanari's account. */
export interface ClusterDiagnosis {
  /** Its name; `null` where one cluster is watched. */
  readonly cluster: string | null;
  readonly state: ClusterState;
  /** `null`: not told. */
  readonly kubernetesVersion: string | null;
  /** `false`: which kinds are served is not known, so that `not-served` says nothing. */
  readonly isDiscovered: boolean;
  /** Every kind that Fanari watches where it is served. */
  readonly kinds: readonly KindAccess[];
  /** The only namespace that may be read; `null`: nothing is left out, or nothing may be read. */
  readonly onlyNamespace: string | null;
  /** The service account that Fanari uses; `null` where it is none or not known. */
  readonly serviceAccount: { readonly namespace: string; readonly name: string } | null;
  /** `null`: not told. */
  readonly clock: ClockOffset | null;
}

/** A count that istiod keeps, summed over all istiods. */
export interface IstiodCount {
  /** Since they were started. */
  readonly total: number;
  /** Of the last hour, or since istiod is scraped when that is less. */
  readonly lastHour: number;
}

/** Counts of istiod by the name of the metric. A count that never was is absent from the metrics, and `null`. */
export interface IstiodCounts {
  readonly pilot_total_xds_rejects: IstiodCount | null;
  readonly pilot_total_rejected_configs: IstiodCount | null;
  readonly galley_validation_failed: IstiodCount | null;
  readonly sidecar_injection_failure_total: IstiodCount | null;
}

/** What Prometheus tells about the mesh, the whole of it. */
export interface MetricDiagnosis {
  /** Why no query was answered; `null`: they were. */
  readonly fault: string | null;
  /** Names of the mesh's metrics with samples in the last hour; `null`: not told. */
  readonly metrics: readonly string[] | null;
  /** Labels of `istio_requests_total` in the last hour; `null`: not told. */
  readonly requestLabels: readonly string[] | null;
  /** Seconds since the newest sample of the mesh, by the clock of Prometheus; `null`: none in the last five minutes. */
  readonly newestSampleSeconds: number | null;
  /** Whether anything was counted in the last five minutes; `null`: not known. */
  readonly isTraffic: boolean | null;
  readonly scrapeIntervalSeconds: number | null;
  readonly retentionSeconds: number | null;
  /** `null`: istiod is not scraped, or its counts could not be read. */
  readonly istiod: IstiodCounts | null;
  readonly clock: ClockOffset | null;
}

/** What the tracing backend tells about itself. */
export interface TraceDiagnosis {
  readonly fault: string | null;
  /** How many services it knows; `null`: not told. */
  readonly services: number | null;
  readonly clock: ClockOffset | null;
}

/** Everything that the rules look at. `null` sources are not configured. */
export interface DoctorFacts {
  readonly index: TopologyIndex;
  /** Of some istiod of the cluster, whether or not it is in the topology given. */
  readonly istioVersion: string | null;
  /** Every cluster that is watched. */
  readonly clusters: readonly ClusterDiagnosis[];
  readonly metrics: MetricDiagnosis | null;
  readonly traces: TraceDiagnosis | null;
  /** Fanari refuses every write by its settings. */
  readonly isReadOnly: boolean;
}
