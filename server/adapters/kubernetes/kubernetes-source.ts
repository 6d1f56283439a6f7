import type { SourceGap } from '@/mesh/gap';
import { fail, type Result } from '@/mesh/result';
import type { ObjectRef } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ClusterIdentity } from '@/server/adapters/kubernetes/cluster-identity';
import { ClusterStore, type StoredItem } from '@/server/adapters/kubernetes/cluster-store';
import { apiVersionOf, type ServedKind } from '@/server/adapters/kubernetes/discovery';
import { KindRegistry } from '@/server/adapters/kubernetes/kind-registry';
import { KindWatch } from '@/server/adapters/kubernetes/kind-watch';
import type { KindError } from '@/server/adapters/kubernetes/kind-watch-options';
import { kindKey } from '@/server/adapters/kubernetes/kinds';
import { getObject, mayWrite, patchObject } from '@/server/adapters/kubernetes/object-access';
import { readWritePermissions } from '@/server/adapters/kubernetes/write-permissions';
import { createObject, deleteObject } from '@/server/adapters/kubernetes/object-creation';
import { toYaml } from '@/server/adapters/kubernetes/to-yaml';
import type { JsonObject } from '@/mesh/json';
import { asRecord } from '@/server/adapters/parse-json';
import { sourceError, toGap, type SourceError } from '@/server/errors';
import type {
  CallOptions,
  ClusterObject,
  ClusterSource,
  Clock,
  CreateRequest,
  DeleteRequest,
  Observer,
  PatchFault,
  WritePermission,
  PatchRequest,
  SourceState,
  WriteVerb,
} from '@/server/ports';

const COALESCE_MS = 100;
const VERSION_MS = 600_000;
const PERMISSIONS_MS = 120_000;

/** What the source needs beside its client. */
export interface KubernetesSourceOptions {
  readonly istioNamespace: string;
  readonly clock: Clock;
  readonly observer: Observer;
  /** 0..1, for jitter. */
  readonly random: () => number;
}

/** A cluster behind one API server: watches in, topology out, and the write path. */
export class KubernetesSource implements ClusterSource {
  private readonly stopper = new AbortController();
  private readonly listeners = new Set<() => void>();
  private readonly kinds: KindRegistry<StoredItem>;
  private readonly store: ClusterStore;
  private rebuildTimer: NodeJS.Timeout | null = null;
  private buildFault: KindError | null = null;
  private kubernetesVersion: string | null = null;
  private nextVersionMs = 0;
  private firstOkMs: number | null = null;
  private permissions: {
    readonly atMs: number;
    readonly value: readonly WritePermission[];
  } | null = null;

  constructor(
    private readonly client: KubernetesClient,
    private readonly options: KubernetesSourceOptions,
  ) {
    this.kinds = new KindRegistry<StoredItem>({
      client,
      startWatch: (kind, before) => this.startWatch(kind, before),
      onDrop: (kind) => this.touch(kind),
      onError: () => this.schedule(),
      onDiscovered: () => this.readVersion(),
      random: options.random,
      now: () => options.clock.now(),
    });
    this.store = new ClusterStore(client.clusterName(), options.istioNamespace, this.kinds.entries);
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

  async getObject(
    ref: ObjectRef,
    { signal }: CallOptions,
  ): Promise<Result<ClusterObject, SourceError>> {
    const kind = this.kindOf(ref);
    if (kind === null) return fail(unknownKind(ref));
    return getObject(this.client, kind, ref, signal);
  }

  async patchObject(
    request: PatchRequest,
    { signal }: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    const kind = this.kindOf(request.ref);
    if (kind === null) return fail({ kind: 'source', error: unknownKind(request.ref) });
    return patchObject(this.client, kind, request, signal);
  }

  async createObject(
    request: CreateRequest,
    { signal }: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    const kind = this.kindOf(request.ref);
    if (kind === null) return fail({ kind: 'source', error: unknownKind(request.ref) });
    return createObject(this.client, kind, request, signal);
  }

  async deleteObject(
    request: DeleteRequest,
    { signal }: CallOptions,
  ): Promise<Result<null, PatchFault>> {
    const kind = this.kindOf(request.ref);
    if (kind === null) return fail({ kind: 'source', error: unknownKind(request.ref) });
    return deleteObject(this.client, kind, request, signal);
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

  async mayWrite(
    verb: WriteVerb,
    ref: ObjectRef,
    { signal }: CallOptions,
  ): Promise<Result<boolean, SourceError>> {
    const kind = this.kindOf(ref);
    if (kind === null) return fail(unknownKind(ref));
    // A review of a creation names no object, because the name is not yet known to authorizers.
    const name = verb === 'create' ? '' : ref.name;
    return mayWrite(this.client, kind, { verb, namespace: ref.namespace, name }, signal);
  }

  async writePermissions({ signal }: CallOptions): Promise<readonly WritePermission[]> {
    const { clock } = this.options;
    if (this.permissions !== null && clock.now() - this.permissions.atMs < PERMISSIONS_MS) {
      return this.permissions.value;
    }
    const kindOf = (key: string) => this.kinds.entries.get(key)?.kind ?? null;
    const value = await readWritePermissions(this.client, kindOf, this.topology(), signal);
    this.permissions = { atMs: clock.now(), value };
    return value;
  }

  toYaml(object: JsonObject): string {
    return toYaml(object);
  }

  private kindOf(ref: ObjectRef): ServedKind | null {
    if (ref.cluster !== undefined) return null;
    const kind = this.kinds.entries.get(kindKey(ref))?.kind;
    return kind?.readable === true ? kind : null;
  }

  private startWatch(
    kind: ServedKind,
    before: KindWatch<StoredItem> | null,
  ): KindWatch<StoredItem> {
    const { observer, clock, random, istioNamespace } = this.options;
    const isMeshConfig = kind.role === 'mesh-config';
    const watch = new KindWatch<StoredItem>(
      {
        client: this.client,
        kind,
        namespace: isMeshConfig ? istioNamespace : '',
        fallbackNamespace: this.client.contextNamespace(),
        fieldSelector: isMeshConfig ? 'metadata.name=istio' : null,
        toItem: (object) => this.store.toItem(kind, object),
        onChange: () => this.touch(kind),
        onRestart: (reason) => observer.onWatchRestart(kind.kind, reason),
        random,
        now: () => clock.now(),
      },
      before,
    );
    void watch.run();
    return watch;
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

function unknownKind(ref: ObjectRef): SourceError {
  if (ref.cluster !== undefined) {
    // No `not-found`, which would say that the object is gone.
    const message = `Fanari watches one cluster, and none by the name ${ref.cluster}`;
    return sourceError('kubernetes', 'not-configured', message);
  }
  const message = `Fanari does not read ${ref.kind} objects in this cluster`;
  return sourceError('kubernetes', 'not-found', message);
}
