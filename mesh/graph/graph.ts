import type { SourceGap } from '@/mesh/gap';
import type { Health } from '@/mesh/health/health';
import type { EdgeMtls } from '@/mesh/mtls/mtls';
import type { ObjectRef } from '@/mesh/topology/object';
import type { ProxyMode } from '@/mesh/topology/topology';

/** What a node stands for in each view. */
export type GraphView = 'workload' | 'app' | 'versioned-app' | 'service';

/**
 * - `workload`, `app`, `versioned-app`, `service`: what the view is named after. In the `workload` and `versioned-app`
 *   views a `service` node stands between callers and versions where a service's traffic is split, reaches several
 *   workloads, or reached none.
 * - `gateway`: a workload that runs an ingress or egress gateway.
 * - `service-entry`: a host of a ServiceEntry.
 * - `passthrough`, `black-hole`: PassthroughCluster and BlackHoleCluster, one node each.
 * - `unknown`: clients without identity (no proxy, plaintext).
 * - `outside`: everything in namespaces that the viewer may not see, one node without names.
 */
export type NodeKind =
  | 'workload'
  | 'app'
  | 'versioned-app'
  | 'service'
  | 'gateway'
  | 'service-entry'
  | 'passthrough'
  | 'black-hole'
  | 'unknown'
  | 'outside';

/** One row of a breakdown. `code` is an HTTP status, `grpc N` for a gRPC status, or `-` when no response was sent. */
export interface CodeRate {
  readonly code: string;
  readonly rps: number;
  readonly isError: boolean;
}

/** Rate of requests (TCP: connections) that carry one Envoy response flag (short name, e.g. `UH`). */
export interface FlagRate {
  readonly flag: string;
  readonly rps: number;
}

/**
 * Traffic over the window. Every figure is `null` when no series supports it; zero is measured.
 * Rates per second; sizes in bytes per second; latencies in milliseconds.
 */
export interface TrafficRates {
  readonly rps: number | null;
  /** Failed over all requests, 0..1; `null` without requests. Failed: HTTP 5xx, no response, or gRPC status not 0. */
  readonly errorRatio: number | null;
  readonly codes: readonly CodeRate[];
  readonly flags: readonly FlagRate[];
  readonly latencyMsP50: number | null;
  readonly latencyMsP95: number | null;
  readonly latencyMsP99: number | null;
  readonly requestBytesPerSecond: number | null;
  readonly responseBytesPerSecond: number | null;
  readonly tcpRequestBytesPerSecond: number | null;
  readonly tcpResponseBytesPerSecond: number | null;
  readonly tcpConnectionsPerSecond: number | null;
}

/** A node of the graph. */
export interface GraphNode {
  /** Stable across refreshes, windows and restarts; readable, e.g. `workload:bookinfo/reviews-v2`. */
  readonly id: string;
  readonly kind: NodeKind;
  /** What is written under the node. */
  readonly label: string;
  /** `null` for nodes outside every namespace. */
  readonly namespace: string | null;
  /**
   * The cluster that it runs in; `null` for what is of several clusters or of none, and where metrics do not say it.
   * Absent where one cluster is watched.
   */
  readonly cluster?: string | null;
  readonly app: string | null;
  readonly version: string | null;
  /** Kubernetes kind of the workload; `null` when the node is not one workload or it no longer exists. */
  readonly workloadKind: string | null;
  readonly proxy: ProxyMode;
  /** `false`: metrics name it but the cluster no longer has it. What runs in a cluster that could not be read, is not gone. */
  readonly exists: boolean;
  /** Pods ready and desired, summed over the node's workloads; `null` when it has none. */
  readonly readyPods: number | null;
  readonly desiredPods: number | null;
  readonly inbound: TrafficRates;
  readonly outbound: TrafficRates;
  readonly health: Health;
  /** Service hosts (FQDN) that lead to it, or that it stands for. */
  readonly hosts: readonly string[];
  /** Mesh objects that act on it. */
  readonly config: readonly ObjectRef[];
  /** Ids of the {@link TrafficSplit}s whose handle is drawn on this node; only on `service` nodes. */
  readonly splits: readonly string[];
  /** What to badge: `circuit-breaker`, `fault-injection`, `mirror`, `timeout`, `retry`, `virtual-service`, `missing-proxy`. */
  readonly badges: readonly string[];
}

/** An edge: traffic of one protocol from one node to another. */
export interface GraphEdge extends TrafficRates {
  /** `source>target>protocol`; stable. */
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  /** `telemetry`: some series supports it. `config`: a route's destination that no series mentions; all figures null. */
  readonly origin: 'telemetry' | 'config';
  /** Whose report the figures come from. `null` when origin is `config`. */
  readonly reporter: 'source' | 'destination' | 'waypoint' | null;
  /** Service host (FQDN) asked for, when the edge has only one. */
  readonly destinationService: string | null;
  /** Share of the source's traffic to that service which takes this edge, 0..1; `null` unless the source is a service node. */
  readonly share: number | null;
  /** Requests that mirroring adds are marked: `true` when all traffic is a mirror's copy. */
  readonly mirrored: boolean;
  readonly health: Health;
  readonly mtls: EdgeMtls;
}

/** The answer to "what does the mesh do now". A pure function of topology, telemetry and config. */
export interface Graph {
  readonly view: GraphView;
  /** Window after clipping, seconds. */
  readonly windowSeconds: number;
  /** Epoch milliseconds at which the telemetry was taken; of the topology when there is no telemetry. */
  readonly at: number;
  /** `namespaces` asked for; empty means all. Nodes outside appear only at the far end of an edge that crosses. */
  readonly namespaces: readonly string[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly gaps: readonly SourceGap[];
}
