import type { ClusterDiagnosis } from '@/mesh/doctor/facts';
import type { SourceGap } from '@/mesh/gap';
import type { JsonObject } from '@/mesh/json';
import type { Topology } from '@/mesh/topology/topology';
import { outOfSight, type OutOfSight } from '@/mesh/visibility/out-of-sight';
import { restrictTopology } from '@/mesh/visibility/restrict-topology';
import type { Visibility } from '@/mesh/visibility/visibility';
import type { ClusterReader, ClusterState, SourceState } from '@/server/ports';

const NOT_READ = 'A part of the cluster cannot be read at the moment';

/** A cluster as somebody may see it. */
export class ViewedReader implements ClusterReader {
  private readonly sights = new WeakMap<Topology, OutOfSight>();
  private readonly topologies = new WeakMap<Topology, Topology>();

  constructor(
    private readonly whole: ClusterReader,
    private readonly visibility: Visibility,
  ) {}

  /** What is out of sight now. */
  sight(): OutOfSight {
    const topology = this.whole.topology();
    const known = this.sights.get(topology);
    if (known !== undefined) return known;
    const sight = outOfSight(topology, this.visibility);
    this.sights.set(topology, sight);
    return sight;
  }

  topology(): Topology {
    const topology = this.whole.topology();
    const known = this.topologies.get(topology);
    if (known !== undefined) return known;
    const restricted = restrictTopology(topology, this.sight());
    this.topologies.set(topology, restricted);
    return restricted;
  }

  isSynced(): boolean {
    return this.whole.isSynced();
  }

  gaps(): readonly SourceGap[] {
    const sight = this.sight();
    const own = this.unlisted();
    const shared = this.whole.gaps().filter(({ message }) => !sight.tells(message));
    return own === null ? shared : [...shared, own];
  }

  state(): SourceState {
    const state = this.whole.state();
    if (state.message === null || !this.sight().tells(state.message)) return state;
    return { ...state, message: NOT_READ };
  }

  subscribe(listener: () => void): () => void {
    return this.whole.subscribe(listener);
  }

  versions(): ReturnType<ClusterReader['versions']> {
    return this.whole.versions();
  }

  /** Of kinds and of Fanari's own account; what names something out of sight is left out. */
  async diagnose(): Promise<readonly ClusterDiagnosis[]> {
    const sight = this.sight();
    const hidden = (message: string | null) =>
      message !== null && sight.tells(message) ? NOT_READ : message;
    return (await this.whole.diagnose()).map((own) => ({
      ...own,
      state: { ...own.state, message: hidden(own.state.message) },
      kinds: own.kinds.map((kind) => ({ ...kind, message: hidden(kind.message) })),
    }));
  }

  clusters(): readonly ClusterState[] | null {
    const sight = this.sight();
    return (
      this.whole.clusters()?.map((cluster) => {
        const { message } = cluster.state;
        if (message === null || !sight.tells(message)) return cluster;
        return { ...cluster, state: { ...cluster.state, message: NOT_READ } };
      }) ?? null
    );
  }

  servedVersion(groupKind: string, cluster?: string): string | null {
    return this.whole.servedVersion(groupKind, cluster);
  }

  toYaml(object: JsonObject): string {
    return this.whole.toYaml(object);
  }

  /** Kinds that are missing in a namespace in sight because the viewer may not list them there. */
  private unlisted(): SourceGap | null {
    const { config, namespaces } = this.topology();
    const kinds = ['/Pod', '/Service', ...config.keys()].filter((kind) =>
      [...namespaces.keys()].some((namespace) => !this.visibility.sees(kind, namespace)),
    );
    if (kinds.length === 0) return null;
    const names = kinds.map((kind) => kind.slice(kind.indexOf('/') + 1)).sort();
    const message = `Your account may not list these kinds in every namespace shown: ${names.join(', ')}`;
    return {
      source: 'kubernetes',
      kind: 'forbidden',
      what: names.join(', '),
      message,
      sinceMs: null,
    };
  }
}
