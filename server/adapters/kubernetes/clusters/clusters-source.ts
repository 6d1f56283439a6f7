import type { SourceGap } from '@/mesh/gap';
import type { JsonObject } from '@/mesh/json';
import { fail, ok, type Result } from '@/mesh/result';
import type { ObjectRef } from '@/mesh/topology/object';
import type { MeshConfig, Topology } from '@/mesh/topology/topology';
import type { ClusterIdentity } from '@/server/adapters/kubernetes/cluster-identity';
import { ClusterPartsMaker } from '@/server/adapters/kubernetes/clusters/cluster-parts';
import { findPrimaries } from '@/server/adapters/kubernetes/clusters/find-primaries';
import { joinTopologies } from '@/server/adapters/kubernetes/clusters/join-topologies';
import {
  nameClusters,
  type ClusterName,
} from '@/server/adapters/kubernetes/clusters/name-clusters';
import { toYaml } from '@/server/adapters/kubernetes/to-yaml';
import { sourceError, type SourceError } from '@/server/errors';
import type {
  CallOptions,
  ClusterObject,
  ClusterSource,
  ClusterState,
  CreateRequest,
  DeleteRequest,
  PatchFault,
  PatchRequest,
  SourceState,
  WritePermission,
  WriteVerb,
} from '@/server/ports';

/** One of the clusters that are watched together. */
export interface ClusterMember {
  /** Its context in the kubeconfig, or the name of its file. */
  readonly context: string;
  /** As of `UnnamedCluster`. */
  readonly fileName: string | null;
  readonly source: ClusterSource & { identity(): ClusterIdentity };
}

/** Longest wait for what one cluster lets Fanari write, so that a slow API server delays no page; asked again next time. */
const PERMISSIONS_WAIT_MS = 1_000;

interface Named {
  readonly member: ClusterMember;
  readonly name: ClusterName;
  readonly primary: string | null;
}

/**
 * Several clusters as one source. Each has its own source with its own watches and retries; nothing here waits for any
 * of them. The picture holds every cluster that has been read, as it was read last.
 */
export class ClustersSource implements ClusterSource {
  private readonly makers = new Map<ClusterMember, ClusterPartsMaker>();
  private joined: { readonly key: readonly unknown[]; readonly topology: Topology };

  constructor(
    private readonly members: readonly ClusterMember[],
    private readonly istioNamespace: string,
    private readonly defaultMesh: MeshConfig,
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

  async getObject(
    ref: ObjectRef,
    options: CallOptions,
  ): Promise<Result<ClusterObject, SourceError>> {
    const found = this.find(ref);
    if (!found.ok) return found;
    const { source, name, inner } = found.value;
    const answer = await source.getObject(inner, options);
    return answer.ok
      ? ok(withCluster(answer.value, name))
      : fail(inClusterNamed(name, answer.error));
  }

  async patchObject(
    request: PatchRequest,
    options: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    return this.write(request.ref, async (source, ref) =>
      source.patchObject({ ...request, ref }, options),
    );
  }

  async createObject(
    request: CreateRequest,
    options: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    return this.write(request.ref, async (source, ref) =>
      source.createObject({ ...request, ref }, options),
    );
  }

  async deleteObject(
    request: DeleteRequest,
    options: CallOptions,
  ): Promise<Result<null, PatchFault>> {
    const found = this.find(request.ref);
    if (!found.ok) return fail({ kind: 'source', error: found.error });
    const { source, name, inner } = found.value;
    const answer = await source.deleteObject({ ...request, ref: inner }, options);
    return answer.ok ? answer : fail(faultIn(name, answer.error));
  }

  servedVersion(groupKind: string, cluster?: string): string | null {
    const own = this.named().find(({ name }) => name.name === cluster);
    return own?.member.source.servedVersion(groupKind) ?? null;
  }

  async mayWrite(
    verb: WriteVerb,
    ref: ObjectRef,
    options: CallOptions,
  ): Promise<Result<boolean, SourceError>> {
    const found = this.find(ref);
    if (!found.ok) return found;
    const { source, name, inner } = found.value;
    const answer = await source.mayWrite(verb, inner, options);
    return answer.ok ? answer : fail(inClusterNamed(name, answer.error));
  }

  async writePermissions(options: CallOptions): Promise<readonly WritePermission[]> {
    const lists = await Promise.all(
      this.named().map(async ({ member: { source }, name }) => {
        if (source.state().state !== 'ok') return [];
        const permissions = await atMost(PERMISSIONS_WAIT_MS, source.writePermissions(options));
        return (permissions ?? []).map((permission) => ({ cluster: name.name, ...permission }));
      }),
    );
    return lists.flat();
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

  /** Where a request goes: to the cluster that its ref names, and nowhere else. */
  private find(ref: ObjectRef): Result<
    {
      readonly source: ClusterSource;
      readonly name: string;
      readonly inner: ObjectRef;
    },
    SourceError
  > {
    const { cluster, ...inner } = ref;
    const found = this.named().find(({ name }) => name.name === cluster);
    if (found !== undefined) {
      return ok({ source: found.member.source, name: found.name.name, inner });
    }
    const message =
      cluster === undefined
        ? `Several clusters are watched, and nothing says which one ${ref.kind} ${ref.namespace}/${ref.name} is in`
        : `Fanari watches no cluster ${cluster}`;
    // No `not-found`, which would say that the object is gone.
    return fail(sourceError('kubernetes', 'not-configured', message));
  }

  private async write(
    ref: ObjectRef,
    send: (source: ClusterSource, inner: ObjectRef) => Promise<Result<ClusterObject, PatchFault>>,
  ): Promise<Result<ClusterObject, PatchFault>> {
    const found = this.find(ref);
    if (!found.ok) return fail({ kind: 'source', error: found.error });
    const { source, name, inner } = found.value;
    const answer = await send(source, inner);
    return answer.ok ? ok(withCluster(answer.value, name)) : fail(faultIn(name, answer.error));
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

function told(cluster: string, message: string): string {
  return `Cluster ${cluster}: ${message}`;
}

function inClusterNamed(cluster: string, error: SourceError): SourceError {
  return { ...error, message: told(cluster, error.message) };
}

/** The API server's own words stay as they are. */
function faultIn(cluster: string, fault: PatchFault): PatchFault {
  return fault.kind === 'source'
    ? { kind: 'source', error: inClusterNamed(cluster, fault.error) }
    : fault;
}

function withCluster({ raw, config }: ClusterObject, cluster: string): ClusterObject {
  return { raw, config: { ...config, cluster } };
}

/** What a promise gives within a time; `null` when it takes longer, and then it goes on by itself. */
async function atMost<T>(milliseconds: number, promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
