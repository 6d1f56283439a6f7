import { traceSight } from '@/mesh/visibility/restrict-trace';
import { toVisibility, type Visibility } from '@/mesh/visibility/visibility';
import { fail, ok, type Result } from '@/mesh/result';
import type { SourceError } from '@/server/errors';
import type { Viewer } from '@/server/identity/viewer';
import type { AccountAccess, ListRights, WatchedCluster } from '@/server/ports';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import type { TelemetryWindows } from '@/server/usecases/telemetry-window';
import type { MeshView, SharedView } from '@/server/visibility/mesh-view';
import { MostRecent } from '@/server/visibility/most-recent';
import { ViewedMetrics, ViewedWindows } from '@/server/visibility/viewed-figures';
import { ViewedReader } from '@/server/visibility/viewed-reader';
import { ViewedTraces } from '@/server/visibility/viewed-traces';
import { ViewerCluster } from '@/server/visibility/viewer-cluster';

/** The sources as they are, with the cluster that Fanari's own account watches. */
export type WholeSources = Omit<MeshSources, 'cluster'> & { readonly cluster: WatchedCluster };

/** How long rights are remembered; longer where asking takes long, up to the last. */
const RIGHTS_MS = { least: 30_000, timesTaken: 20, most: 300_000 } as const;

/** After this long without an answer of the API server, rights that were known are no longer believed. */
const BELIEVED_MS = 600_000;

const MOST_ACCOUNTS = 1_000;
const MOST_VIEWS = 100;

interface KnownRights {
  readonly askedMs: number;
  readonly freshUntilMs: number;
  readonly rights: ListRights;
}

interface KnownAccount {
  readonly access: AccountAccess;
  rights: KnownRights | null;
  asking: Promise<Result<ListRights, SourceError>> | null;
}

/** Gives each viewer the part of the mesh that the API server lets them list, and calls with their own rights. */
export class MeshViews {
  private readonly whole: MeshView;
  private readonly accounts = new MostRecent<KnownAccount>(MOST_ACCOUNTS);
  private readonly views = new MostRecent<SharedView>(MOST_VIEWS);

  constructor(
    private readonly sources: WholeSources,
    private readonly windows: TelemetryWindows,
  ) {
    const { cluster } = sources;
    const shared = { key: 'whole', sources, windows };
    this.whole = this.viewOf(shared, cluster.as({ kind: 'own' }));
  }

  /** What everybody sees who comes with Fanari's own rights. */
  ofOwnAccount(): MeshView {
    return this.whole;
  }

  /**
   * What a viewer may see now. Rights are asked of the API server, and remembered briefly; while it does not answer, those
   * known last hold. Fails with `unauthorized` when it no longer accepts the viewer, otherwise as it failed.
   */
  async of(viewer: Viewer, signal: AbortSignal): Promise<Result<MeshView, SourceError>> {
    if (viewer.credential.kind === 'own') return ok(this.whole);
    const account = this.accounts.get(viewer.key, () => ({
      access: this.sources.cluster.as(viewer.credential),
      rights: null,
      asking: null,
    }));
    const rights = await this.rightsOf(account, signal);
    if (!rights.ok) return rights;
    const shared = this.seesAll(rights.value)
      ? this.whole.shared
      : this.sharedView(toVisibility(rights.value));
    return ok(this.viewOf(shared, account.access));
  }

  private viewOf(shared: SharedView, access: AccountAccess): MeshView {
    const cluster = new ViewerCluster(shared.sources.cluster, access);
    return { shared, sources: { ...shared.sources, cluster }, windows: shared.windows };
  }

  private async rightsOf(
    account: KnownAccount,
    signal: AbortSignal,
  ): Promise<Result<ListRights, SourceError>> {
    const startMs = this.sources.clock.now();
    const known = account.rights;
    if (known !== null && startMs < known.freshUntilMs) return ok(known.rights);
    const answer = await (account.asking ??= this.ask(account, startMs));
    if (answer.ok) return answer;
    const { kind } = answer.error;
    const isRefused = kind === 'unauthorized' || kind === 'forbidden';
    const isBelieved = known !== null && startMs - known.askedMs < BELIEVED_MS;
    if (signal.aborted || isRefused || !isBelieved) return fail(answer.error);
    return ok(known.rights);
  }

  /** Shared by all requests of the account that come meanwhile, so that none of them ends it. */
  private async ask(
    account: KnownAccount,
    startMs: number,
  ): Promise<Result<ListRights, SourceError>> {
    const { cluster, clock } = this.sources;
    const namespaces = [...cluster.topology().namespaces.keys()];
    try {
      const answer = await account.access.listRights(namespaces, { signal: NEVER });
      if (!answer.ok) return answer;
      const nowMs = clock.now();
      const { least, timesTaken, most } = RIGHTS_MS;
      const forMs = Math.min(most, Math.max(least, timesTaken * (nowMs - startMs)));
      account.rights = { askedMs: startMs, freshUntilMs: nowMs + forMs, rights: answer.value };
      return answer;
    } finally {
      account.asking = null;
    }
  }

  private seesAll({ everywhere, untoldClusters }: ListRights): boolean {
    if (untoldClusters.size > 0) return false;
    const { config } = this.sources.cluster.topology();
    return ['/Pod', '/Service', ...config.keys()].every((kind) => everywhere.has(kind));
  }

  private sharedView(visibility: Visibility): SharedView {
    return this.views.get(visibility.key, () => {
      const { cluster, metrics, traces, observer, clock } = this.sources;
      const reader = new ViewedReader(cluster, visibility);
      const sight = () => reader.sight();
      const traceSightNow = () => traceSight(reader.topology(), reader.sight());
      return {
        key: visibility.key,
        windows: new ViewedWindows(this.windows, sight),
        sources: {
          cluster: reader,
          metrics: metrics === null ? null : new ViewedMetrics(metrics, sight),
          traces: traces === null ? null : new ViewedTraces(traces, traceSightNow),
          observer,
          clock,
        },
      };
    });
  }
}

const NEVER = new AbortController().signal;
