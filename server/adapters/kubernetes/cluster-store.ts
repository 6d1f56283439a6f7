import type { SourceGap } from '@/mesh/gap';
import type { JsonObject } from '@/mesh/json';
import type { ConfigObject } from '@/mesh/topology/object';
import type { MeshConfig, Namespace, Service, Topology } from '@/mesh/topology/topology';
import {
  emptyTopology,
  toTopology,
  type TopologyParts,
} from '@/server/adapters/kubernetes/build-topology';
import { buildWorkloads } from '@/server/adapters/kubernetes/build-workloads';
import {
  toClusterIdentity,
  type ClusterIdentity,
} from '@/server/adapters/kubernetes/cluster-identity';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { Interner } from '@/server/adapters/kubernetes/interner';
import type { Narrowing } from '@/server/adapters/kubernetes/kind-watch-options';
import { clusterGaps } from '@/server/adapters/kubernetes/cluster-gaps';
import type { NamespaceLimit } from '@/server/adapters/kubernetes/namespace-limit';
import type { KindEntry } from '@/server/adapters/kubernetes/kind-registry';
import type { WatchedKind } from '@/server/adapters/kubernetes/kinds';
import {
  toSlimController,
  toIstioVersion,
  toTrustDomainCheck,
  type SlimController,
} from '@/server/adapters/kubernetes/slim-controller';
import { toSlimPod, type SlimPod } from '@/server/adapters/kubernetes/slim-pod';
import { toNamespace, toService } from '@/server/adapters/kubernetes/slim-service';
import { defaultMeshConfig, toMeshConfig } from '@/server/adapters/kubernetes/to-mesh-config';
import { toConfigObject } from '@/server/adapters/kubernetes/to-object';
import { sourceError, toGap } from '@/server/errors';

/** Slimmed objects by what they are. */
export type StoredItem =
  | { readonly role: 'config'; readonly value: ConfigObject }
  | { readonly role: 'namespace'; readonly value: Namespace }
  | { readonly role: 'service'; readonly value: Service }
  | { readonly role: 'pod'; readonly value: SlimPod }
  | { readonly role: 'controller'; readonly value: SlimController }
  | { readonly role: 'mesh-config'; readonly value: MeshConfig };

type Role = StoredItem['role'];
type ValueOf<R extends Role> = Extract<StoredItem, { readonly role: R }>['value'];

/** Everything that the watches hold, and the topology made of it. */
export class ClusterStore {
  private readonly interner = new Interner();
  private readonly dirty = new Set<Role>();
  private current: Topology;

  constructor(
    private readonly cluster: string,
    private readonly istioNamespace: string,
    private readonly entries: ReadonlyMap<string, KindEntry<StoredItem>>,
    private readonly limit: NamespaceLimit,
  ) {
    this.current = emptyTopology(cluster, defaultMeshConfig(istioNamespace));
  }

  /** The latest revision built. */
  topology(): Topology {
    return this.current;
  }

  /** Slims one object of a kind; `null` leaves it out. */
  toItem(kind: ServedKind, object: JsonObject): StoredItem | null {
    switch (kind.role) {
      case 'config':
        return { role: 'config', value: toConfigObject(kind, object) };
      case 'namespace':
        return { role: 'namespace', value: toNamespace(object) };
      case 'service':
        return { role: 'service', value: toService(object) };
      case 'pod': {
        const value = toSlimPod(object, this.interner);
        return value === null ? null : { role: 'pod', value };
      }
      case 'controller':
        return { role: 'controller', value: toSlimController(kind.kind, object) };
      case 'mesh-config':
        return { role: 'mesh-config', value: toMeshConfig(object, this.istioNamespace) };
    }
  }

  /** Notes that objects of a kind have changed; they are taken up by the next {@link rebuild}. */
  touch(kind: WatchedKind): void {
    this.dirty.add(kind.role);
  }

  /** Builds the next revision from what has changed; `false` when nothing has. */
  rebuild(nowMs: number): boolean {
    if (this.dirty.size === 0) return false;
    const { revision } = this.current;
    this.current = toTopology(this.parts(), revision + 1, nowMs);
    this.dirty.clear();
    return true;
  }

  /** The version of istiod; `null` when it was not found. */
  istioVersion(): string | null {
    return toIstioVersion(this.values('controller'));
  }

  /** What the cluster says of its own name and istiod. */
  identity(): ClusterIdentity {
    const deployments = this.entries.get('apps/Deployment')?.watch;
    const isWhole =
      deployments?.settled === true &&
      deployments.errors().length === 0 &&
      this.narrowing() === null &&
      !this.limit.isLimited;
    return toClusterIdentity(this.values('controller'), this.values('pod'), isWhole);
  }

  /** What cannot be read. */
  gaps(): readonly SourceGap[] {
    const gaps = clusterGaps(this.entries.values(), this.limit);
    const narrowing = this.narrowing();
    if (narrowing === null) return gaps;
    const message = `The Kubernetes API server lets Fanari read only the namespace ${narrowing.namespace}`;
    const error = sourceError('kubernetes', 'forbidden', message);
    return [...gaps, toGap(error, 'other namespaces', narrowing.sinceMs)];
  }

  /** Where only one namespace may be read. */
  private narrowing(): Narrowing | null {
    const all = [...this.entries.values()].map(({ watch }) => watch.narrowing());
    return all.find((narrowing) => narrowing !== null) ?? null;
  }

  private namespaces(): ReadonlyMap<string, Namespace> {
    const namespaces = new Map([...this.values('namespace')].map((value) => [value.name, value]));
    const only = this.narrowing()?.namespace;
    const named = only === undefined ? this.limit.namespaces : [only];
    // Who may read what is in a namespace can seldom read what is written on it.
    for (const name of named) {
      if (!namespaces.has(name) && !this.isAbsent(name))
        namespaces.set(name, {
          name,
          labels: {},
          isUnread: true,
          createdAtMs: 0,
          meshLabelsAtMs: null,
        });
    }
    return namespaces;
  }

  /** Whether the API server said that there is no such namespace. */
  private isAbsent(name: string): boolean {
    const errors = this.entries.get('/Namespace')?.watch.errors() ?? [];
    return errors.some(({ namespace, error }) => namespace === name && error.kind === 'not-found');
  }

  private parts(): TopologyParts {
    const { dirty, current } = this;
    const isPods = dirty.has('pod') || dirty.has('controller');
    return {
      cluster: this.cluster,
      namespaces: this.namespaces(),
      services: dirty.has('service')
        ? new Map(
            [...this.values('service')].map((value) => [`${value.namespace}/${value.name}`, value]),
          )
        : current.services,
      workloads: isPods
        ? buildWorkloads(this.values('controller'), this.values('pod'))
        : current.workloads,
      config: dirty.has('config') ? this.config() : current.config,
      mesh: dirty.has('mesh-config') || dirty.has('controller') ? this.mesh() : current.mesh,
    };
  }

  private mesh(): MeshConfig {
    const [config = defaultMeshConfig(this.istioNamespace)] = this.values('mesh-config');
    return { ...config, skipsTrustDomainCheck: toTrustDomainCheck(this.values('controller')) };
  }

  private config(): ReadonlyMap<string, readonly ConfigObject[]> {
    const config = new Map<string, readonly ConfigObject[]>();
    for (const [key, { kind, watch }] of this.entries) {
      if (kind.role !== 'config') continue;
      const objects: ConfigObject[] = [];
      for (const item of watch.values()) if (item.role === 'config') objects.push(item.value);
      config.set(key, objects);
    }
    return config;
  }

  private *values<R extends Role>(role: R): Generator<ValueOf<R>> {
    for (const { kind, watch } of this.entries.values()) {
      if (kind.role !== role) continue;
      for (const item of watch.values()) if (item.role === role) yield item.value as ValueOf<R>;
    }
  }
}
