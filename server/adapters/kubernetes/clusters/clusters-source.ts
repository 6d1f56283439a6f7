import type { ClusterDiagnosis } from '@/mesh/doctor/facts';
import type { SourceGap } from '@/mesh/gap';
import type { JsonObject } from '@/mesh/json';
import { fail, type Result } from '@/mesh/result';
import type { MeshConfig, Topology } from '@/mesh/topology/topology';
import type { ClusterIdentity } from '@/server/adapters/kubernetes/cluster-identity';
import { ClusterPartsMaker } from '@/server/adapters/kubernetes/clusters/cluster-parts';
import { ClustersAccount, told } from '@/server/adapters/kubernetes/clusters/clusters-account';
import { findPrimaries } from '@/server/adapters/kubernetes/clusters/find-primaries';
import { joinTopologies } from '@/server/adapters/kubernetes/clusters/join-topologies';
import {
  nameClusters,
  type ClusterName,
} from '@/server/adapters/kubernetes/clusters/name-clusters';
import { toYaml } from '@/server/adapters/kubernetes/to-yaml';
import { sourceError, type SourceError } from '@/server/errors';
import type {
  AccountAccess,
  CallOptions,
  ClusterState,
  Clock,
  Credential,
  ObjectEvent,
  SourceState,
  WatchedCluster,
} from '@/server/ports';

/** One of the clusters that are watched together. */
export interface ClusterMember {
  /** Its context in the kubeconfig, or the name of its file. */
  readonly context: string;
  /** As of `UnnamedCluster`. */
  readonly fileName: string | null;
  readonly source: WatchedCluster & { identity(): ClusterIdentity };
}

interface Named {
  readonly member: ClusterMember;
  readonly name: ClusterName;
  readonly primary: string | null;
}

/**
 * Several clusters as one source. Each has its own source with its own watches and retries; nothing here waits for any
 * of them. The picture holds every cluster that has been read, as it was read last.
 */
export class ClustersSource implements WatchedCluster {
  private readonly makers = new Map<ClusterMember, ClusterPartsMaker>();
  private joined: { readonly key: readonly unknown[]; readonly topology: Topology };

  constructor(
    private readonly members: readonly ClusterMember[],
    private readonly istioNamespace: string,
    private readonly defaultMesh: MeshConfig,
    private readonly clock: Clock,
  ) {
    for (const member of members) this.makers.set(member, new ClusterPartsMaker());
    this.joined = { key: [], topology: joinTopologies([], 0, defaultMesh) };
  }

  start(): void {
    for (const { source } of this.members) source.start();
  }

  stop(): void {
    for (const { source } of this.members) source.stop();
  }

  topology(): Topology {
    const named = this.named();
    const key = named.flatMap(({ member, name, primary }) => [
      member.source.topology(),
      name.name,
      primary,
    ]);
    const { joined } = this;
    if (key.length === joined.key.length && key.every((part, at) => part === joined.key[at])) {
      return joined.topology;
    }
    const topology = this.join(named);
    this.joined = { key, topology };
    return topology;
  }

  isSynced(): boolean {
    return this.members.some(({ source }) => source.isSynced());
  }

  gaps(): readonly SourceGap[] {
    return this.named().flatMap(({ member, name }) => {
      const own = member.source.gaps();
      const gaps = own.length === 0 && !isRead(member) ? [notReadYet()] : own;
      return [...gaps, ...(isRead(member) ? namingGaps(name) : [])].map((gap) => ({
        ...gap,
        cluster: name.name,
        message: told(name.name, gap.message),
      }));
    });
  }

  /** Of the first that cannot be read where none can, else `ok`: the others are in {@link clusters}. */
  state(): SourceState {
    const states = this.members.map(({ source }) => source.state());
    const best = states.find(({ state }) => state === 'ok') ?? states[0];
    return best ?? { source: 'kubernetes', state: 'not-configured', message: null, sinceMs: null };
  }

  clusters(): readonly ClusterState[] {
    return this.named().map(({ member, name, primary }) => {
      const { context, source } = member;
      const versions = source.versions();
      const { message, ...state } = source.state();
      return {
        name: name.name,
        isNamedAsInMetrics: name.isNamedAsInMetrics,
        context,
        primary,
        readAtMs: isRead(member) ? source.topology().atMs : null,
        state: { ...state, cluster: name.name, message: message && told(name.name, message) },
        kubernetesVersion: versions.kubernetes,
        istioVersion: versions.istio,
      };
    });
  }

  subscribe(listener: () => void): () => void {
    const ends = this.members.map(({ source }) => source.subscribe(listener));
    return () => {
      for (const end of ends) end();
    };
  }

  versions(): { readonly kubernetes: string | null; readonly istio: string | null } {
    return this.members[0]?.source.versions() ?? { kubernetes: null, istio: null };
  }

  servedVersion(groupKind: string, cluster?: string): string | null {
    const own = this.named().find(({ name }) => name.name === cluster);
    return own?.member.source.servedVersion(groupKind) ?? null;
  }

  as(credential: Credential): AccountAccess {
    const accounts = new Map<ClusterMember, AccountAccess>();
    for (const member of this.members) accounts.set(member, member.source.as(credential));
    const { clock } = this;
    return new ClustersAccount(
      () =>
        this.named().flatMap(({ member, name }) => {
          const account = accounts.get(member);
          return account === undefined
            ? []
            : { name: name.name, account, isAnswering: member.source.state().state === 'ok' };
        }),
      clock,
    );
  }

  async recordEvent(event: ObjectEvent, options: CallOptions): Promise<Result<null, SourceError>> {
    const { cluster, ...object } = event.object;
    const own = this.named().find(({ name }) => name.name === cluster);
    if (own !== undefined) return own.member.source.recordEvent({ ...event, object }, options);
    return fail(sourceError('kubernetes', 'not-configured', 'The Event names no cluster'));
  }

  async diagnose(): Promise<readonly ClusterDiagnosis[]> {
    const all = await Promise.all(
      this.named().map(async ({ member: { source }, name }) =>
        (await source.diagnose()).map((own) => ({ ...own, cluster: name.name })),
      ),
    );
    return all.flat();
  }

  toYaml(object: JsonObject): string {
    return toYaml(object);
  }

  private named(): readonly Named[] {
    const identities = this.members.map(({ source }) => source.identity());
    const nothing = { hasIstiod: null, clusterId: null };
    const names = nameClusters(
      this.members.map((member, at) => ({ ...member, identity: identities[at] ?? nothing })),
    );
    const primaries = findPrimaries(
      this.members.map((member, at) => ({
        name: names[at]?.name ?? member.context,
        hasIstiod: identities[at]?.hasIstiod ?? null,
        topology: isRead(member) ? member.source.topology() : null,
      })),
      this.istioNamespace,
    );
    return this.members.map((member, at) => ({
      member,
      name: names[at] ?? { name: member.context, isNamedAsInMetrics: false, sharedName: null },
      primary: primaries[at] ?? null,
    }));
  }

  private join(named: readonly Named[]): Topology {
    const read = named.filter(({ member }) => isRead(member));
    if (read.length === 0) return this.joined.topology;
    const clusters = read.map(({ member, name, primary }) => {
      const topology = member.source.topology();
      const maker = this.makers.get(member) ?? new ClusterPartsMaker();
      const parts = maker.parts(topology, name.name);
      return { name: name.name, primary, mesh: topology.mesh, parts };
    });
    return joinTopologies(clusters, this.joined.topology.revision + 1, this.defaultMesh);
  }
}

function isRead({ source }: ClusterMember): boolean {
  return source.topology().revision > 0;
}

function notReadYet(): SourceGap {
  return {
    source: 'kubernetes',
    kind: 'timeout',
    what: 'the cluster',
    message: 'it has not been read yet',
    sinceMs: null,
  };
}

function namingGaps({ isNamedAsInMetrics, sharedName }: ClusterName): readonly SourceGap[] {
  if (isNamedAsInMetrics) return [];
  const message =
    sharedName === null
      ? 'nothing says what metrics call it (CLUSTER_ID of istiod), so that its workloads carry no figures'
      : `metrics call it ${sharedName}, and another cluster too, so that its workloads carry no figures`;
  return [{ source: 'kubernetes', kind: 'not-found', what: 'traffic', message, sinceMs: null }];
}
