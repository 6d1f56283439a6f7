import type { Labels } from '@/demo/prometheus/metric-registry';
import type { CallBehaviour, FailureBehaviour, TrafficSource } from '@/demo/traffic/behaviour';
import type { Latency } from '@/demo/traffic/latency';
import type { PodModel, WorkloadModel } from '@/demo/traffic/model/mesh-model';
import type { OutlierPolicy } from '@/demo/traffic/routing/client-policy';

/** The series in which the two proxies of an edge report; `null`: that side has no proxy or saw nothing. */
export interface ReportLabels {
  readonly client: Labels | null;
  readonly server: Labels | null;
}

/** How some requests of an edge end, and which series say so. */
export interface HttpReport {
  readonly labels: ReportLabels;
  readonly latency: Latency;
  /** Draws are capped here (a timeout that was in force), `Infinity` for none. */
  readonly maxMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The caller sees a failure. */
  readonly isError: boolean;
  readonly code: number;
  /** `null` for plain HTTP. */
  readonly grpcStatus: number | null;
  /** Flags of the client's proxy, `-` for none. */
  readonly flags: string;
  /**
   * What the east-west gateway of the server's cluster counts, which passes mutual TLS on and so sees bytes and no
   * requests; `null` where no gateway stands between.
   */
  readonly gateway: TcpReport | null;
}

/** The TCP twin of {@link HttpReport}: bytes for each exchange. */
export interface TcpReport {
  readonly labels: ReportLabels;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly isError: boolean;
  readonly flags: string;
}

/**
 * One way in which a try ends. `own` is a failure of the server's application, `induced` one of its own calls failing, and
 * `late` a try that the client's proxy gave up.
 */
export interface FlowResponse {
  readonly kind: 'ok' | 'own' | 'induced' | 'late';
  /** Share of tries for `late`, of those in time for `own`; the others follow from it and from what happens at run time. */
  readonly ratio: number;
  readonly retriable: boolean;
  readonly report: HttpReport;
  /** The same end after the last retry (flag URX). */
  readonly exhausted: HttpReport;
}

/** Pods of one workload, alike in having a proxy, behind one cluster of a client. */
export interface FlowGroup {
  readonly workload: WorkloadModel | null;
  readonly pods: readonly PodModel[];
  readonly weight: number;
  /** Set when nothing gets through: TLS cannot be agreed, or the server denies the request. */
  readonly refused: HttpReport | null;
  readonly responses: readonly FlowResponse[];
  readonly timeout: { readonly ratio: number; readonly report: HttpReport } | null;
  readonly retryAttempts: number;
  /** The application that handles the request; `null` when nothing gets through. */
  readonly node: FlowNode | null;
}

/** One weighted destination of a route: an Envoy cluster. */
export interface FlowTarget {
  readonly weight: number;
  /** `outbound|port|subset|host`. */
  readonly cluster: string;
  /** Injected delay that the reports of this target include. */
  readonly delayMs: number;
  /** Set when the cluster cannot serve at all (NC, UH). */
  readonly failure: HttpReport | null;
  readonly groups: readonly FlowGroup[];
  readonly pool: {
    /** The same for the same client and cluster in a later plan. */
    readonly key: string;
    readonly limit: number;
    readonly clientPods: number;
    readonly holdMs: number;
    readonly report: HttpReport;
  } | null;
  readonly outlier: {
    readonly policy: OutlierPolicy;
    readonly key: string;
    readonly unhealthy: HttpReport;
  } | null;
}

/** What a client's proxy does with one kind of HTTP request. */
export interface HttpForward {
  readonly kind: 'http';
  /** Set when the proxy answers by itself: no route, redirect, direct response. */
  readonly answered: HttpReport | null;
  readonly delayRatio: number;
  readonly abort: {
    readonly ratio: number;
    readonly report: HttpReport;
    readonly delayed: HttpReport;
  } | null;
  readonly targets: readonly FlowTarget[];
  /** The same targets for requests that were delayed first. */
  readonly delayedTargets: readonly FlowTarget[];
  readonly mirrors: readonly { readonly ratio: number; readonly target: FlowTarget }[];
}

/** One weighted TCP destination split by the workloads behind it. */
export interface TcpFlowTarget {
  readonly weight: number;
  readonly cluster: string;
  /** Set when connections are limited: those beyond it are refused with this report. */
  readonly pool: {
    readonly limit: number;
    readonly clientPods: number;
    /** How long one exchange occupies a connection, waiting for the next one included. */
    readonly holdMs: number;
    readonly report: TcpReport;
  } | null;
  readonly groups: readonly {
    readonly weight: number;
    readonly report: TcpReport;
    readonly node: FlowNode | null;
  }[];
}

/** What becomes of TCP exchanges. */
export interface TcpForward {
  readonly kind: 'tcp';
  readonly targets: readonly TcpFlowTarget[];
  readonly openRatio: number;
}

/** One call of a client, with its routing worked out. */
export interface FlowCall {
  readonly behaviour: CallBehaviour;
  /** Client pods that make it, for traces and logs. */
  readonly clientPods: readonly PodModel[];
  readonly clientHasProxy: boolean;
  readonly forward: HttpForward | TcpForward;
}

/** An application handling one class of requests (same operation, same propagated headers). */
export interface FlowNode {
  /** Position in {@link FlowPlan.nodes}: callers have a higher one than what they call. */
  readonly index: number;
  readonly key: string;
  readonly workload: WorkloadModel | null;
  readonly failures: readonly FailureBehaviour[];
  readonly calls: readonly FlowCall[];
  /** Median time spent in the application itself. */
  readonly serviceMs: number;
  /** Time to answer, with the calls made meanwhile. */
  readonly latency: Latency;
}

/** A traffic source whose workload exists: `roots` are its requests with shares. */
export interface FlowSource {
  readonly source: TrafficSource;
  readonly roots: readonly { readonly share: number; readonly call: FlowCall }[];
}

/** What only shows when many requests run at once, for whoever follows single ones. */
export interface RuntimeEffects {
  /** Share of requests, 0..1, that the target's pool refused in the last step. */
  overflowRatio(target: FlowTarget): number;
  /** Weights of the target's groups without ejected pods; all zero when every pod is ejected. */
  groupWeights(target: FlowTarget): readonly number[];
}

/** Everything a tick needs, made from objects alone. */
export interface FlowPlan {
  readonly nodes: readonly FlowNode[];
  readonly sources: readonly FlowSource[];
}
