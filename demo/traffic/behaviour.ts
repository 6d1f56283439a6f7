/** What a call carries: HTTP and gRPC calls are requests, TCP calls are exchanges over kept connections. */
export type CallProtocol = 'http' | 'grpc' | 'tcp';

/** One kind of call that an application makes, as its code names the other side. */
export interface CallBehaviour {
  /** Host as the application writes it: `reviews`, `cart.shop`, a fully qualified name or an external host. */
  readonly host: string;
  readonly port: number;
  readonly protocol: CallProtocol;
  readonly method: string;
  readonly path: string;
  /** Mean number of such calls for each handled request; may be below 1. */
  readonly perRequest: number;
  /** Extra request headers, lower case; headers of the handled request travel on by themselves. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** `fail`: when this call fails, the request that caused it fails too (500). `ignore`: it is answered without. */
  readonly onFailure: 'fail' | 'ignore';
  /** TCP only: connections opened for each exchange (pools reuse connections, so well below 1). */
  readonly connectionsPerExchange?: number;
}

/** A way in which an application itself answers with an error. */
export interface FailureBehaviour {
  /** Share of handled requests, 0..1. */
  readonly ratio: number;
  /** HTTP status; gRPC callers see 200 and `grpcStatus`. */
  readonly status: number;
  readonly grpcStatus?: number;
}

/** How the containers of a workload act when a request reaches them. */
export interface WorkloadBehaviour {
  /** Median time spent in the application itself, without the calls it makes. */
  readonly serviceMs: number;
  readonly failures: readonly FailureBehaviour[];
  readonly calls: readonly CallBehaviour[];
  /** Calls made instead of `calls` for requests to exactly this path. */
  readonly operations?: Readonly<Record<string, readonly CallBehaviour[]>>;
  /** Speaks TLS on its port by itself (matters only for DestinationRule modes SIMPLE and MUTUAL). */
  readonly servesTls?: boolean;
}

/** A kind of request that a source makes, with its share among the source's requests. */
export interface SourceRequest {
  readonly weight: number;
  readonly call: CallBehaviour;
}

/** Where traffic begins: clients outside the cluster that reach a gateway, or a workload that calls by itself. */
export interface TrafficSource {
  readonly name: string;
  /** The cluster that it runs in, as metrics call it; absent: the first. */
  readonly cluster?: string;
  /** Namespace and name of the gateway workload or of the calling workload. */
  readonly namespace: string;
  readonly workload: string;
  /** `gateway`: clients come from outside and `requests` are what they ask the gateway for. */
  readonly kind: 'gateway' | 'workload';
  /** Mean requests per second over a day. */
  readonly ratePerSecond: number;
  readonly requests: readonly SourceRequest[];
}

/** Everything about the simulated applications that Kubernetes objects do not say. */
export interface ApplicationModel {
  /** Keyed `namespace/workload`; else `namespace/app label` is tried, so that a new version acts like its app. */
  readonly workloads: ReadonlyMap<string, WorkloadBehaviour>;
  /** Hosts outside the cluster, keyed by host name. */
  readonly externals: ReadonlyMap<string, WorkloadBehaviour>;
  readonly sources: readonly TrafficSource[];
}
