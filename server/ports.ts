import type { ClusterDiagnosis, MetricDiagnosis, TraceDiagnosis } from '@/mesh/doctor/facts';
import type { SourceGap, SourceName } from '@/mesh/gap';
import type { TrafficRates } from '@/mesh/graph/graph';
import type { JsonObject, JsonPatchOperation } from '@/mesh/json';
import type { Result } from '@/mesh/result';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { ConfigObject, ObjectRef } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';
import type { Trace, TraceSummary } from '@/mesh/traces';
import type { SourceError } from '@/server/errors';

/** Every call to an upstream ends when its caller has gone. Deadlines are the adapter's own. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** State of one upstream. `sinceMs`: when that state began, epoch milliseconds; `null` before the first contact. */
export interface SourceState {
  readonly source: SourceName;
  /** Which API server, where several clusters are watched. */
  readonly cluster?: string;
  readonly state: 'ok' | 'syncing' | 'failing' | 'not-configured';
  /** Which product it is, with its API, where that was found out by asking. */
  readonly product?: string;
  readonly message: string | null;
  readonly sinceMs: number | null;
}

/** One object as the cluster has it now, whole. */
export interface ClusterObject {
  readonly raw: JsonObject;
  readonly config: ConfigObject;
}

/** What `patchObject` is asked to do. */
export interface PatchRequest {
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  readonly patch: readonly JsonPatchOperation[];
  /** `true`: the API server checks everything (schemas, webhooks) and stores nothing. */
  readonly dryRun: boolean;
}

/** What `createObject` is asked to do. */
export interface CreateRequest {
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  readonly manifest: JsonObject;
  readonly dryRun: boolean;
}

/** What `deleteObject` is asked to do: nothing but the object with this uid, in this version. */
export interface DeleteRequest {
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly dryRun: boolean;
}

/** What Fanari may ask to be allowed to do with an object. */
export type WriteVerb = 'create' | 'patch' | 'delete';

/**
 * Why a write was not accepted. `refused` is the API server's verdict on the content (400, 422, an admission webhook),
 * in its own words; `conflict` is its 409.
 */
export type PatchFault =
  | { readonly kind: 'conflict' | 'refused'; readonly message: string }
  | { readonly kind: 'source'; readonly error: SourceError };

/**
 * Whether Fanari may do something to objects of a kind: `true` everywhere, `false` in none of the namespaces where it
 * would, `null` when that differs or the API server did not say.
 */
export interface WritePermission {
  /** Absent where one cluster is watched. */
  readonly cluster?: string;
  readonly group: string;
  readonly kind: string;
  readonly verb: WriteVerb;
  readonly allowed: boolean | null;
}

/** One of several clusters that are watched, as it stands. */
export interface ClusterState {
  /** What metrics call it, or its context's name where that is not known. */
  readonly name: string;
  readonly isNamedAsInMetrics: boolean;
  /** Its context in the kubeconfig, or the name of its file. */
  readonly context: string;
  /** As in the topology's `Cluster`. */
  readonly primary: string | null;
  /** When its picture changed last, epoch milliseconds; `null` while it was never read. */
  readonly readAtMs: number | null;
  readonly state: SourceState;
  readonly kubernetesVersion: string | null;
  readonly istioVersion: string | null;
}

/**
 * Whose rights a call to the API server uses: Fanari's own account, whoever a bearer token belongs to, or somebody whom
 * Fanari's account may impersonate. Tokens are secrets: they are never logged and never part of an error.
 */
export type Credential =
  | { readonly kind: 'own' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'impersonate'; readonly user: string; readonly groups: readonly string[] };

/** Kubernetes as watches show it: one picture, whoever asks. */
export interface ClusterReader {
  /** The latest picture; empty with revision 0 before the first one. */
  topology(): Topology;
  /** `true` once every kind was listed or found unreadable. */
  isSynced(): boolean;
  /** Kinds that cannot be read at the moment; empty when all can. */
  gaps(): readonly SourceGap[];
  state(): SourceState;
  /** Calls back after each new revision and each change of gaps; returns what takes the listener away. */
  subscribe(listener: () => void): () => void;
  /** Versions; `null` until known. */
  versions(): { readonly kubernetes: string | null; readonly istio: string | null };
  /** What each cluster tells about itself and about Fanari's account; remembered for some seconds. Never rejects. */
  diagnose(): Promise<readonly ClusterDiagnosis[]>;
  /** Each of several clusters, in the order of the settings; `null` where one is watched. */
  clusters(): readonly ClusterState[] | null;
  /** `apiVersion` in which Fanari reads a `group/Kind`; `null` when the cluster does not serve it. */
  servedVersion(groupKind: string, cluster?: string): string | null;
  /** An object as YAML for people, without `managedFields`. */
  toYaml(object: JsonObject): string;
}

/**
 * Calls to the API server, each with the rights of one account. Where several clusters are watched every call names its
 * own (`ObjectRef.cluster`); a ref without one, and one with a cluster where only one is watched, is `not-configured`.
 */
export interface ClusterAccess {
  /** A fresh read of one object. Only kinds that Fanari watches; everything else is `not-found`. */
  getObject(ref: ObjectRef, options: CallOptions): Promise<Result<ClusterObject, SourceError>>;
  patchObject(
    request: PatchRequest,
    options: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>>;
  createObject(
    request: CreateRequest,
    options: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>>;
  deleteObject(request: DeleteRequest, options: CallOptions): Promise<Result<null, PatchFault>>;
  /** Whether the account may do this to the object (SelfSubjectAccessReview); `false` while Fanari is read-only. */
  mayWrite(
    verb: WriteVerb,
    ref: ObjectRef,
    options: CallOptions,
  ): Promise<Result<boolean, SourceError>>;
  /**
   * What the account may do to the kinds that Fanari writes and the cluster serves, in the namespaces of a topology;
   * remembered for some minutes.
   */
  writePermissions(topology: Topology, options: CallOptions): Promise<readonly WritePermission[]>;
}

/** Kubernetes as use cases get it: the picture that their viewer may see, and calls with their viewer's rights. */
export interface ClusterSource extends ClusterReader, ClusterAccess {}

/** Who an account is to the API server (SelfSubjectReview). */
export interface AccountName {
  /** `null` where the API server does not tell (before Kubernetes 1.28). */
  readonly user: string | null;
  readonly groups: readonly string[];
}

/**
 * What an account may list, by `group/Kind` of those that Fanari watches and the cluster serves. What could not be found
 * out counts as not allowed.
 */
export interface ListRights {
  /** Kinds that it may list in every namespace (cluster-scoped kinds: at all). */
  readonly everywhere: ReadonlySet<string>;
  /** Kinds that it may list in a namespace, beside those. */
  readonly namespaces: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of several clusters those that did not tell; nothing in them may be listed. What is said above holds in all others. */
  readonly untoldClusters: ReadonlySet<string>;
}

/** {@link ClusterAccess} of an account that logs in. */
export interface AccountAccess extends ClusterAccess {
  /** Fails with `unauthorized` when the API server does not accept the credential. */
  whoAmI(options: CallOptions): Promise<Result<AccountName, SourceError>>;
  /** What the account may list; asked about `namespaces` one by one only where it may not list everywhere. */
  listRights(
    namespaces: readonly string[],
    options: CallOptions,
  ): Promise<Result<ListRights, SourceError>>;
}

/** Something that is told among the Events of an object. */
export interface ObjectEvent {
  readonly object: ObjectRef;
  /** `null` when not known; then the Event names the object only. */
  readonly uid: string | null;
  readonly atMs: number;
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** Kubernetes, watched by Fanari's own account. */
export interface WatchedCluster extends ClusterReader {
  start(): void;
  stop(): void;
  /** Calls with the rights of an account. */
  as(credential: Credential): AccountAccess;
  /** Stores an Event about an object, with Fanari's own account. */
  recordEvent(event: ObjectEvent, options: CallOptions): Promise<Result<null, SourceError>>;
}

/** Short texts by key that all replicas share, in the version that was read. */
export interface Notes {
  readonly version: string;
  readonly entries: ReadonlyMap<string, string>;
}

/** Why notes were not read or changed; `conflict`: they are no longer in the version named. */
export interface NoteFault {
  readonly kind: 'conflict' | 'failed';
  readonly message: string;
}

/** Notes that replicas share through the cluster. Keys: letters, digits, `-`, `_` and `.`. */
export interface NoteStore {
  read(): Promise<Result<Notes, NoteFault>>;
  /** Sets texts and takes away those that are `null`. With a `version`, only if that is still the present one. */
  change(
    changes: Readonly<Record<string, string | null>>,
    version: string | null,
  ): Promise<Result<Notes, NoteFault>>;
}

/** A snapshot with what is missing from it. */
export interface TelemetryReading {
  readonly snapshot: TelemetrySnapshot;
  readonly gaps: readonly SourceGap[];
}

/** One end of the traffic that a series is about; fields left out do not narrow. */
export interface SeriesEnd {
  readonly cluster?: string;
  readonly namespace?: string;
  readonly workload?: string;
  readonly app?: string;
  readonly version?: string;
}

/** Which traffic a series is about. */
export interface SeriesSelector {
  readonly source: SeriesEnd;
  readonly destination: SeriesEnd;
  /** Values of `destination_service`; empty does not narrow. */
  readonly destinationServices: readonly string[];
  /** Value of `destination_service_name`, e.g. `PassthroughCluster`; `null` does not narrow. */
  readonly destinationServiceName: string | null;
  /** `null`: every protocol. */
  readonly protocol: 'http' | 'grpc' | 'tcp' | null;
}

/** Traffic whose figures are wanted over time. */
export interface CountedTraffic extends SeriesSelector {
  /** Its figures at one moment, from a snapshot that holds at least what the selector means; `null` without any. */
  readonly ratesOf: (telemetry: TelemetrySnapshot) => TrafficRates | null;
}

/** Values over time; lists as long as `at` (epoch milliseconds); `null` where nothing was measured. */
export interface TrafficSeries {
  readonly stepSeconds: number;
  readonly at: readonly number[];
  readonly rps: readonly (number | null)[];
  readonly errorRatio: readonly (number | null)[];
  readonly latencyMsP95: readonly (number | null)[];
  readonly tcpBytesPerSecond: readonly (number | null)[];
}

/** What the metrics store told about itself; `null` where it did not. */
export interface MetricLimits {
  readonly scrapeIntervalSeconds: number | null;
  readonly retentionSeconds: number | null;
}

/** Prometheus or what speaks its API. */
export interface MetricSource {
  start(): void;
  stop(): void;
  state(): SourceState;
  limits(): MetricLimits;
  /** What it tells about the mesh's metrics, by a fixed number of calls; remembered for some seconds. Never rejects. */
  diagnose(): Promise<MetricDiagnosis>;
  /** Rates of the whole mesh over a window by a fixed number of queries. Fails only when no query succeeded. */
  readTelemetry(
    windowSeconds: number,
    options: CallOptions,
  ): Promise<Result<TelemetryReading, SourceError>>;
  /** Reads what the traffic's figures depend on by a fixed number of calls, and lets it count them at each step. */
  readSeries(
    traffic: CountedTraffic,
    rangeSeconds: number,
    options: CallOptions,
  ): Promise<Result<TrafficSeries, SourceError>>;
}

/** Which traces are wanted. */
export interface TraceQuery {
  /** Names by which the tracing backend may know the service, best first. */
  readonly services: readonly string[];
  /** Traces must also pass through one of these services; empty does not narrow. */
  readonly alsoThrough: readonly string[];
  readonly lookbackSeconds: number;
  readonly limit: number;
}

/** A tracing backend: Jaeger's query service (v1 or v3 API) or Grafana Tempo. */
export interface TraceSource {
  state(): SourceState;
  /** What it tells about itself, by one call; remembered for some seconds. Never rejects. */
  diagnose(): Promise<TraceDiagnosis>;
  /** Those with errors first, then the newest. */
  findTraces(
    query: TraceQuery,
    options: CallOptions,
  ): Promise<Result<readonly TraceSummary[], SourceError>>;
  getTrace(traceId: string, options: CallOptions): Promise<Result<Trace, SourceError>>;
}

/**
 * Outcome of a write, as counted and logged. `failed`: it was not made. `unknown`: its answer was lost and the object
 * could not be read back, so it may have been made.
 */
export type WriteOutcome = 'accepted' | 'conflict' | 'refused' | 'forbidden' | 'failed' | 'unknown';

/** Who wrote. */
export interface Actor {
  /** As the API server knows them; `null`: whoever reaches Fanari, or a name that the API server does not tell. */
  readonly user: string | null;
  /** How they logged in. */
  readonly strategy: 'anonymous' | 'token' | 'openid' | 'header';
  /** Address of the client; `null` when not known. */
  readonly remote: string | null;
}

/** One line of the audit log. `before` and `after` are the rule's weights as written; empty where no weights are. */
export interface AuditEntry {
  readonly action: 'weights' | 'create' | 'delete' | 'add-subsets' | 'remove-subsets';
  readonly object: ObjectRef;
  readonly rulePointer: string;
  readonly before: readonly (number | null)[];
  readonly after: readonly (number | null)[];
  readonly outcome: WriteOutcome;
  readonly message: string | null;
  readonly resourceVersion: string | null;
  readonly actor: Actor;
}

/** Where Fanari's own measurements go. */
export interface Observer {
  /** One call to an upstream; `operation` is a fixed name, never a query or a path. */
  onCall(
    source: SourceName,
    operation: string,
    outcome: 'ok' | 'error' | 'aborted',
    milliseconds: number,
  ): void;
  onWatchRestart(kind: string, reason: string): void;
  onRefresh(
    windowSeconds: number,
    outcome: 'ok' | 'partial' | 'failed',
    milliseconds: number,
  ): void;
  onGraphBuilt(view: string, milliseconds: number): void;
  onStreamClients(count: number): void;
  onStreamDropped(): void;
  onWrite(entry: AuditEntry): void;
  warn(message: string, fields: Readonly<Record<string, string | number>>): void;
}

/** Time, as an argument. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}
