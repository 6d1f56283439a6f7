import { randomBytes } from 'node:crypto';
import type { GraphQuery } from '@/contract/graph';
import type { Problem } from '@/contract/problem';
import { AuditEvents } from '@/server/audit-events';
import packageFile from '@/package.json' with { type: 'json' };
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { JaegerV1 } from '@/server/adapters/jaeger/jaeger-v1';
import { JaegerV3 } from '@/server/adapters/jaeger/jaeger-v3';
import { AbsentCluster } from '@/server/adapters/kubernetes/absent-cluster';
import { ClustersSource } from '@/server/adapters/kubernetes/clusters/clusters-source';
import {
  listClusters,
  type ClusterWanted,
} from '@/server/adapters/kubernetes/clusters/load-clusters';
import type { ClusterAccess } from '@/server/adapters/kubernetes/load-kubeconfig';
import { defaultMeshConfig } from '@/server/adapters/kubernetes/to-mesh-config';
import { KubernetesClient } from '@/server/adapters/kubernetes/client';
import { ConfigMapNotes } from '@/server/adapters/kubernetes/config-map-notes';
import { KubernetesSource } from '@/server/adapters/kubernetes/kubernetes-source';
import { condition } from '@/server/adapters/prometheus/label-matcher';
import { PrometheusSource } from '@/server/adapters/prometheus/prometheus-source';
import { Tempo } from '@/server/adapters/tempo/tempo';
import { TracingSource } from '@/server/adapters/tracing-source';
import type { Settings } from '@/server/config';
import { RequestOrigins } from '@/server/http/request-origin';
import { createIdentity } from '@/server/identity/create-identity';
import type { Identity } from '@/server/identity/identity';
import type { Clock, NoteStore, Observer, WatchedCluster } from '@/server/ports';
import { isEnding } from '@/server/process-end';
import { createLog, type Log } from '@/server/telemetry/log';
import { createMetrics, type OwnMetrics } from '@/server/telemetry/metrics';
import { createObserver } from '@/server/telemetry/observer';
import type { PublicSettings } from '@/server/usecases/get-status';
import { GraphChannels } from '@/server/usecases/graph-channels';
import { streamRefusal } from '@/server/usecases/stream-refusal';
import { TelemetryHub } from '@/server/usecases/telemetry-hub';
import type { MeshView } from '@/server/visibility/mesh-view';
import { MeshViews, type WholeSources } from '@/server/visibility/mesh-views';
import { isWithoutWrites, writesSettled } from '@/server/writes-under-way';

const clock: Clock = { now: () => Date.now() };

/** How often what nobody uses any more is looked for. */
const SWEEP_MS = 15_000;

/** The version in package.json. */
export const VERSION = packageFile.version;

/** One running server: its sources, what is shared between requests, and its own measurements. */
export class Fanari {
  readonly log: Log;
  readonly metrics: OwnMetrics;
  readonly origins: RequestOrigins;
  readonly identity: Identity;
  readonly views: MeshViews;
  readonly channels: GraphChannels;
  readonly publicSettings: PublicSettings;
  private readonly sources: WholeSources;
  private readonly hub: TelemetryHub;
  private readonly streams = new Set<() => void>();
  private readonly traces: TracingSource | null;
  private sweeper: NodeJS.Timeout | null = null;

  constructor(readonly settings: Settings) {
    this.log = createLog(settings.logLevel);
    this.metrics = createMetrics();
    const plain = createObserver(this.metrics, this.log);
    const auditEvents = new AuditEvents(() => this.sources.cluster, plain, clock);
    const observer: Observer = {
      ...plain,
      onWrite: (entry) => {
        plain.onWrite(entry);
        if (!settings.readOnly) auditEvents.add(entry);
      },
    };
    this.traces = toTraces(settings, observer);
    const wanted = listClusters(settings);
    this.sources = {
      cluster: wanted.ok
        ? toCluster(wanted.value, settings, observer)
        : new AbsentCluster(wanted.error, settings.istioNamespace),
      metrics: toPrometheus(settings, observer, wanted.ok && wanted.value.length > 1),
      traces: this.traces,
      observer,
      clock,
    };
    this.hub = new TelemetryHub(this.sources, settings.refreshSeconds * 1000);
    this.origins = new RequestOrigins(settings);
    this.identity = createIdentity(settings, {
      access: (credential) => this.sources.cluster.as(credential),
      notes: toNotes(wanted.ok ? (wanted.value[0]?.access ?? null) : null, settings, observer),
      origins: this.origins,
      clock,
      warn: (message, fields) => this.log.warn(fields, message),
    });
    this.views = new MeshViews(this.sources, this.hub);
    this.channels = new GraphChannels(clock, randomBytes(4).toString('hex'));
    const { demo, readOnly, refreshSeconds, jaegerPublicUrl } = settings;
    this.publicSettings = { version: VERSION, demo, readOnly, refreshSeconds, jaegerPublicUrl };
  }

  /** Begins to watch. */
  start(): void {
    const { cluster, metrics } = this.sources;
    cluster.start();
    metrics?.start();
    this.traces?.start();
    this.sweeper = setInterval(() => {
      this.channels.sweep();
      this.hub.sweep();
    }, SWEEP_MS);
    this.sweeper.unref();
    const { settings } = this;
    this.log.info(
      { version: VERSION, readOnly: settings.readOnly, demo: settings.demo },
      'started',
    );
    if (settings.writesRefusedOnPublicAddress) {
      this.log.warn(
        { host: settings.host },
        'read-only: anonymous writes need --allow-anonymous-writes on this address',
      );
    } else if (settings.allowAnonymousWrites && !settings.readOnly) {
      this.log.warn({ host: settings.host }, 'anonymous writes are accepted');
    }
  }

  /** Ends every stream; those that are opened afterwards are served. */
  endStreams(): void {
    for (const close of [...this.streams]) close();
  }

  /** Ends every stream, watch and query. */
  stop(): void {
    this.endStreams();
    this.channels.close();
    this.hub.close();
    if (this.sweeper !== null) clearInterval(this.sweeper);
    this.stopCluster();
    this.sources.metrics?.stop();
    this.traces?.stop();
    this.log.info('stopped');
  }

  /** Whether it may be sent requests: the cluster was seen whole once, and the process is not ending. If not, why. */
  readiness(): { readonly ready: boolean; readonly reason: string } {
    const { cluster } = this.sources;
    if (isEnding()) return { ready: false, reason: 'this replica is ending' };
    return {
      ready: cluster.topology().revision > 0,
      reason: `the cluster is not known yet: ${cluster.state().message ?? 'listing'}`,
    };
  }

  /** Counts a stream that was closed because its client read too slowly. */
  noteSlowStream(): void {
    this.sources.observer.onStreamDropped();
  }

  /** Why a stream of this cannot be begun now; `null` when it can. */
  refusalOfStream({ shared }: MeshView, query: GraphQuery): Problem | null {
    return streamRefusal(query, {
      open: this.streams.size,
      isWindowRead: shared.windows.admits(query.windowSeconds),
      hasRoom: this.channels.admits(shared, query),
    });
  }

  /** A write under way keeps its connection to the API server until it has settled. */
  private stopCluster(): void {
    const { cluster } = this.sources;
    if (isWithoutWrites()) cluster.stop();
    else void writesSettled().then(() => cluster.stop());
  }

  /** Counts a stream, and ends it with the server. */
  addStream(close: () => void): void {
    this.streams.add(close);
    this.sources.observer.onStreamClients(this.streams.size);
  }

  /** Takes a stream off the count. */
  removeStream(close: () => void): void {
    this.streams.delete(close);
    this.sources.observer.onStreamClients(this.streams.size);
  }
}

function toCluster(
  wanted: readonly ClusterWanted[],
  settings: Settings,
  observer: Observer,
): WatchedCluster {
  const { istioNamespace } = settings;
  const [only, ...others] = wanted;
  if (only !== undefined && others.length === 0) return toMember(only.access, settings, observer);
  const members = wanted.map(({ access, context, fileName }) => ({
    context,
    fileName,
    source: toMember(access, settings, observer),
  }));
  return new ClustersSource(members, istioNamespace, defaultMeshConfig(istioNamespace), clock);
}

function toMember(
  access: ClusterAccess,
  { istioNamespace, namespaces, readOnly }: Settings,
  observer: Observer,
): KubernetesSource | AbsentCluster {
  const client = KubernetesClient.load(
    { ...access, readOnly },
    (operation, outcome, milliseconds) => {
      observer.onCall('kubernetes', operation, outcome, milliseconds);
    },
  );
  if (!client.ok) return new AbsentCluster(client.error, istioNamespace);
  return new KubernetesSource(client.value, {
    istioNamespace,
    namespaces,
    clock,
    observer,
    random: Math.random,
  });
}

/**
 * Which sessions have ended is Fanari's own, not the mesh's: it is written also where nothing else may be. The client that
 * may do so is given to nothing else. They are kept in the first cluster, where Fanari runs.
 */
function toNotes(
  access: ClusterAccess | null,
  { endedSessions, authStrategy }: Settings,
  observer: Observer,
): NoteStore | null {
  const hasSessions = authStrategy === 'token' || authStrategy === 'openid';
  if (access === null || endedSessions === null || !hasSessions) return null;
  const client = KubernetesClient.load(
    { ...access, readOnly: false },
    (operation, outcome, milliseconds) => {
      observer.onCall('kubernetes', operation, outcome, milliseconds);
    },
  );
  if (!client.ok) return null;
  const [name = '', namespace = client.value.contextNamespace() ?? 'default'] = endedSessions
    .split('/')
    .reverse();
  return new ConfigMapNotes(client.value, { namespace, name });
}

function toPrometheus(
  settings: Settings,
  observer: Observer,
  isByCluster: boolean,
): PrometheusSource | null {
  if (settings.prometheusUrl === null) return null;
  const endpoint = new HttpEndpoint('prometheus', {
    url: settings.prometheusUrl,
    bearerTokenFile: settings.prometheusBearerTokenFile,
    user: settings.prometheusUser,
    passwordFile: settings.prometheusPasswordFile,
    headers: settings.prometheusHeaders,
    headersFile: settings.prometheusHeadersFile,
    caFile: settings.prometheusCaFile,
    certFile: settings.prometheusCertFile,
    keyFile: settings.prometheusKeyFile,
    insecureSkipVerify: settings.prometheusInsecureSkipVerify,
    timeoutMs: settings.prometheusTimeoutSeconds * 1000,
  });
  const everywhere = settings.prometheusScope.map(({ label, operator, value }) =>
    condition(label, operator, value),
  );
  const { namespaces } = settings;
  return new PrometheusSource(endpoint, observer, clock, { everywhere, isByCluster, namespaces });
}

function toTraces(settings: Settings, observer: Observer): TracingSource | null {
  if (settings.jaegerUrl === null) return null;
  const endpoint = new HttpEndpoint('jaeger', {
    url: settings.jaegerUrl,
    bearerTokenFile: settings.jaegerBearerTokenFile,
    user: settings.jaegerUser,
    passwordFile: settings.jaegerPasswordFile,
    headers: settings.jaegerHeaders,
    headersFile: settings.jaegerHeadersFile,
    caFile: settings.jaegerCaFile,
    certFile: settings.jaegerCertFile,
    keyFile: settings.jaegerKeyFile,
    insecureSkipVerify: settings.jaegerInsecureSkipVerify,
    timeoutMs: settings.jaegerTimeoutSeconds * 1000,
  });
  const backends = [JaegerV1, JaegerV3, Tempo].map((Backend) => new Backend(endpoint, observer));
  return new TracingSource(backends, endpoint, clock);
}
