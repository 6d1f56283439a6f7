import type { ObjectRef } from '@/mesh/topology/object';

/** Mode of a PeerAuthentication; `UNSET` inherits. */
export type PeerMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** What a client's proxy does toward a server. `auto` is auto-mTLS, `plaintext` is no TLS, `none` is no proxy. */
export type ClientMode =
  'auto' | 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL' | 'hbone' | 'plaintext' | 'none';

/** A setting together with the object that decides it; `null` object: a built-in default decides. */
export interface Decided<Mode> {
  readonly mode: Mode;
  readonly decidedBy: ObjectRef | null;
  /** Where in that object, e.g. `spec.portLevelMtls.9080`; or the name of the default, e.g. `default PERMISSIVE`. */
  readonly at: string;
}

/** `encrypted`, `partly`, `plaintext`, `unknown`, or `broken`: the configuration cannot work. */
export type MtlsVerdict = 'encrypted' | 'partly' | 'plaintext' | 'unknown' | 'broken';

/** mTLS on one edge: configured beside observed, and one verdict with its reason. */
export interface EdgeMtls {
  readonly verdict: MtlsVerdict;
  /** One or two sentences that name what decided. */
  readonly reason: string;
  /** Effective server mode; `null` when the server is unknown or several ports or workloads differ. */
  readonly server: Decided<PeerMode | 'no-proxy'> | null;
  /** Effective client mode; `null` when the client is unknown. */
  readonly client: Decided<ClientMode> | null;
  /** What that configuration would do; `null` when it cannot be told. */
  readonly configured: 'mtls' | 'tls' | 'plaintext' | 'broken' | null;
  /** Share of traffic reported as `mutual_tls`, 0..1; `null` when no report names a policy (client sidecars never do). */
  readonly observedRatio: number | null;
  /** Requests (TCP: connections) per second behind `observedRatio`, 0 when it is of bytes alone; `null` likewise. */
  readonly observedPerSecond: number | null;
  /**
   * Principals of the certificates that clients presented (`source_principal`), in order: who calls, as mutual TLS proved
   * it. Empty when no proxy saw a principal: plaintext, or TLS that is not the mesh's; `null` when no report has the label, so
   * that nobody can tell.
   */
  readonly clientIdentities: readonly string[] | null;
  /** The same of the server (`destination_principal`). */
  readonly serverIdentities: readonly string[] | null;
}

/** Modes and verdict counts of one namespace. */
export interface NamespaceMtls {
  readonly namespace: string;
  /** The cluster that this row is of; absent where one cluster is watched. */
  readonly cluster?: string;
  /** Namespace-wide mode after mesh inheritance. */
  readonly mode: Decided<PeerMode>;
  /** Workload or port exceptions to it, each naming its PeerAuthentication. */
  readonly exceptions: readonly {
    readonly workload: string;
    readonly port: number | null;
    readonly mode: Decided<PeerMode>;
  }[];
  readonly workloads: number;
  readonly workloadsWithProxy: number;
  /** Edges into this namespace by verdict. */
  readonly verdicts: Readonly<Record<MtlsVerdict, number>>;
}

/** One cell of the namespace-to-namespace matrix. `null` namespace: outside (unknown clients, external hosts). */
export interface MtlsCell {
  readonly source: string | null;
  readonly target: string | null;
  readonly verdict: MtlsVerdict;
  readonly verdicts: Readonly<Record<MtlsVerdict, number>>;
  /** Share of observed traffic that was `mutual_tls`, 0..1, weighted by rate; `null` when nothing was observed. */
  readonly observedRatio: number | null;
  readonly edges: number;
}

/** Something in the configuration that deserves attention, e.g. a STRICT workload called in plaintext. */
export interface MtlsFinding {
  /** The cluster whose istiod's configuration it is about; absent where one cluster is watched. */
  readonly cluster?: string;
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly objects: readonly ObjectRef[];
}

/** One edge of the mTLS list: its ends by node id and label, and its verdict. */
export interface MtlsEdge {
  readonly id: string;
  readonly source: {
    readonly id: string;
    readonly label: string;
    readonly namespace: string | null;
    /** As of a graph's node. */
    readonly cluster?: string | null;
  };
  readonly target: {
    readonly id: string;
    readonly label: string;
    readonly namespace: string | null;
    /** As of a graph's node. */
    readonly cluster?: string | null;
  };
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly rps: number | null;
  readonly mtls: EdgeMtls;
}

/** An edge with what it was combined from: one assessment for each host and reporter that it was called by. */
export interface MtlsFlow extends MtlsEdge {
  readonly parts: readonly EdgeMtls[];
  /** Whether nothing passed in the window. */
  readonly isIdle: boolean;
}

/** Mesh-wide modes of the proxies that one istiod configures. */
export interface ControlPlaneMtls {
  /** The cluster that has the istiod. */
  readonly cluster: string;
  /** The clusters whose proxies it configures. */
  readonly governs: readonly string[];
  readonly mode: Decided<PeerMode>;
  readonly autoMtls: boolean;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
}

/** What is encrypted, of the whole mesh or of some namespaces. Made from the same edges as the workload graph. */
export interface MtlsReport {
  /** Namespaces that edges and figures are narrowed to: those with an end in one of them; empty: the whole mesh. */
  readonly scope: readonly string[];
  /** Modes are the mesh's, figures are of the scope. */
  readonly mesh: {
    /** Of several istiods the weakest: DISABLE before PERMISSIVE before STRICT. */
    readonly mode: Decided<PeerMode>;
    readonly autoMtls: boolean;
    readonly trustDomain: string;
    /** Further trust domains whose identities servers accept; see `MeshConfig`. */
    readonly trustDomainAliases: readonly string[];
    /** The one verdict of all traffic in scope, as of edges drawn as one; `unknown` where nothing passed. */
    readonly verdict: MtlsVerdict;
    /** Share of all observed traffic in scope that was `mutual_tls`, 0..1; `null` when nothing was observed. */
    readonly observedRatio: number | null;
    /** Number of edges in scope with an observed share; nothing was observed of the others. */
    readonly observedEdges: number;
    readonly verdicts: Readonly<Record<MtlsVerdict, number>>;
  };
  /** What each istiod says of its own part of the mesh; absent where one cluster is watched. */
  readonly controlPlanes?: readonly ControlPlaneMtls[];
  readonly namespaces: readonly NamespaceMtls[];
  readonly cells: readonly MtlsCell[];
  readonly edges: readonly MtlsEdge[];
  readonly findings: readonly MtlsFinding[];
}
