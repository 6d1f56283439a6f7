import type { ClusterDiagnosis } from '@/mesh/doctor/facts';
import type { SourceGap } from '@/mesh/gap';
import type { Result } from '@/mesh/result';
import type { Topology } from '@/mesh/topology/topology';
import { Account } from '@/server/adapters/kubernetes/account';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ClusterIdentity } from '@/server/adapters/kubernetes/cluster-identity';
import { ClusterStore, type StoredItem } from '@/server/adapters/kubernetes/cluster-store';
import { apiVersionOf, type ServedKind } from '@/server/adapters/kubernetes/discovery';
import { diagnoseCluster } from '@/server/adapters/kubernetes/diagnose-cluster';
import { KindRegistry } from '@/server/adapters/kubernetes/kind-registry';
import type { KindError } from '@/server/adapters/kubernetes/kind-watch-options';
import { kindKey } from '@/server/adapters/kubernetes/kinds';
import { postEvent } from '@/server/adapters/kubernetes/object-events';
import { NamespaceLimit } from '@/server/adapters/kubernetes/namespace-limit';
import { WatchStarter } from '@/server/adapters/kubernetes/start-watch';
import { toYaml } from '@/server/adapters/kubernetes/to-yaml';
import type { JsonObject } from '@/mesh/json';
import { asRecord } from '@/server/adapters/parse-json';
import { Remembered } from '@/server/adapters/remembered';
import { sourceError, toGap, type SourceError } from '@/server/errors';
import type {
  AccountAccess,
  CallOptions,
  Clock,
  Credential,
  ObjectEvent,
  Observer,
  SourceState,
  WatchedCluster,
} from '@/server/ports';

const COALESCE_MS = 100;
const VERSION_MS = 600_000;
const DIAGNOSIS_MS = 10_000;
/** A diagnosis that takes longer says less rather than come later. */
const DIAGNOSIS_DEADLINE_MS = 5000;

/** What the source needs beside its client. */
export interface KubernetesSourceOptions {
  readonly istioNamespace: string;
  /** The namespaces to look into; empty or absent: all. */
  readonly namespaces?: readonly string[];
  readonly clock: Clock;
  readonly observer: Observer;
  /** 0..1, for jitter. */
  readonly random: () => number;
}

/** A cluster behind one API server: watches in, topology out. */
export class KubernetesSource implements WatchedCluster {
  private readonly stopper = new AbortController();
  private readonly listeners = new Set<() => void>();
  private readonly kinds: KindRegistry<StoredItem>;
  private readonly store: ClusterStore;
  private readonly limit: NamespaceLimit;
  private rebuildTimer: NodeJS.Timeout | null = null;
  private buildFault: KindError | null = null;
  private kubernetesVersion: string | null = null;
  private nextVersionMs = 0;
  private firstOkMs: number | null = null;
  private readonly diagnosis: Remembered<ClusterDiagnosis>;

  constructor(
    private readonly client: KubernetesClient,
    private readonly options: KubernetesSourceOptions,
  ) {
    const { istioNamespace, observer, clock, random } = options;
    this.limit = new NamespaceLimit(options.namespaces ?? [], istioNamespace);
    const starter = new WatchStarter<StoredItem>({
      client,
      istioNamespace,
      limit: this.limit,
      toItem: (kind, object) => this.store.toItem(kind, object),
      onChange: (kind) => this.touch(kind),
      onRestart: (kind, reason) => observer.onWatchRestart(kind, reason),
      random,
      now: () => clock.now(),
    });
    this.kinds = new KindRegistry<StoredItem>({
      client,
      startWatch: (kind, before) => starter.start(kind, before),
      onDrop: (kind) => this.touch(kind),
      onError: () => this.schedule(),
      onDiscovered: () => this.readVersion(),
      random,
      now: () => clock.now(),
    });
    this.diagnosis = new Remembered(
      () => this.askForDiagnosis(),
      DIAGNOSIS_MS,
      () => clock.now(),
    );
    this.store = new ClusterStore(
      client.clusterName(),
      istioNamespace,
      this.kinds.entries,
      this.limit,
    );
  }

  start(): void {
    void this.kinds.run(this.stopper.signal);
  }

  stop(): void {
    this.stopper.abort();
    this.kinds.stop();
    if (this.rebuildTimer !== null) clearTimeout(this.rebuildTimer);
    this.client.close();
  }

  topology(): Topology {
    return this.store.topology();
  }

  isSynced(): boolean {
    const { discovered, entries } = this.kinds;
    return discovered && [...entries.values()].every(({ watch }) => watch.settled);
  }

  gaps(): readonly SourceGap[] {
    const gaps = [...this.store.gaps()];
    for (const fault of [this.kinds.error, this.buildFault]) {
      if (fault === null || gaps.some(({ kind }) => kind === fault.error.kind)) continue;
      gaps.unshift(toGap(fault.error, 'changes in the cluster', fault.sinceMs));
    }
    return gaps;
  }

  state(): SourceState {
    const outage = this.gaps().find(({ kind }) => kind !== 'forbidden' && kind !== 'not-found');
    if (outage !== undefined) {
      return {
        source: 'kubernetes',
        state: 'failing',
        message: outage.message,
        sinceMs: outage.sinceMs,
      };
    }
    const state = this.isSynced() ? 'ok' : 'syncing';
    return { source: 'kubernetes', state, message: null, sinceMs: this.firstOkMs };
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  versions(): { readonly kubernetes: string | null; readonly istio: string | null } {
    return { kubernetes: this.kubernetesVersion, istio: this.store.istioVersion() };
  }

  clusters(): null {
    return null;
  }

  /** What the cluster says of its own name and istiod. */
  identity(): ClusterIdentity {
    return this.store.identity();
  }

  servedVersion(groupKind: string): string | null {
    const kind = this.kinds.entries.get(groupKind)?.kind;
    return kind === undefined ? null : apiVersionOf(kind.group, kind.version);
  }

  as(credential: Credential): AccountAccess {
    const { clock } = this.options;
    const kinds = () => [...this.kinds.entries.values()].map(({ kind }) => kind);
    const areKindsKnown = () => this.kinds.discovered;
    return new Account(this.client.as(credential), {
      kinds,
      areKindsKnown,
      limit: this.limit,
      now: () => clock.now(),
    });
  }

  async recordEvent(
    event: ObjectEvent,
    { signal }: CallOptions,
  ): Promise<Result<null, SourceError>> {
    return postEvent(this.client, event, this.servedVersion(kindKey(event.object)), signal);
  }

  async diagnose(): Promise<readonly ClusterDiagnosis[]> {
    return [await this.diagnosis.get()];
  }

  toYaml(object: JsonObject): string {
    return toYaml(object);
  }

  private async askForDiagnosis(): Promise<ClusterDiagnosis> {
    const late = AbortSignal.timeout(DIAGNOSIS_DEADLINE_MS);
    const signal = AbortSignal.any([this.stopper.signal, late]);
    const { state, message } = this.state();
    const { entries, discovered } = this.kinds;
    const told = await diagnoseCluster({
      client: this.client,
      topology: this.topology(),
      limit: this.limit,
      isDiscovered: discovered,
      entries,
      isReady: state === 'ok',
      signal,
    });
    return { ...told, state: { state, message }, kubernetesVersion: this.kubernetesVersion };
  }

  private touch(kind: ServedKind): void {
    this.store.touch(kind);
    this.schedule();
  }

  /** Many changes in a short time make one revision. */
  private schedule(): void {
    if (this.rebuildTimer !== null || this.stopper.signal.aborted) return;
    this.rebuildTimer = setTimeout(() => {
      this.rebuildTimer = null;
      // A first picture with half of the kinds would draw what is not so.
      if (!this.isSynced() && this.topology().revision === 0) {
        if (this.kinds.error === null) this.schedule();
        else this.notify();
        return;
      }
      this.rebuild();
      this.notify();
    }, COALESCE_MS);
    this.rebuildTimer.unref();
  }

  /** A picture that cannot be made leaves the one before in place, and says so. */
  private rebuild(): void {
    const nowMs = this.options.clock.now();
    this.firstOkMs ??= nowMs;
    try {
      this.store.rebuild(nowMs);
      this.buildFault = null;
    } catch (caught) {
      const message = 'Fanari could not make a picture of what the cluster holds';
      const error = sourceError('kubernetes', 'bad-response', message, caught);
      this.buildFault ??= { error, sinceMs: nowMs };
      this.options.observer.warn(message, { reason: String(caught) });
    }
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }

  private async readVersion(): Promise<void> {
    if (this.options.clock.now() < this.nextVersionMs) return;
    this.nextVersionMs = this.options.clock.now() + VERSION_MS;
    const { signal } = this.stopper;
    const answer = await this.client.call('version', { method: 'GET', path: '/version' }, signal);
    if (!answer.ok || answer.value.status !== 200) return;
    const version = asRecord(answer.value.body)?.['gitVersion'];
    if (typeof version === 'string') this.kubernetesVersion = version;
  }
}
