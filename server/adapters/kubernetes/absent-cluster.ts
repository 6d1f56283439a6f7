import type { ClusterDiagnosis } from '@/mesh/doctor/facts';
import type { SourceGap } from '@/mesh/gap';
import { fail, type Result } from '@/mesh/result';
import type { Topology } from '@/mesh/topology/topology';
import { emptyTopology } from '@/server/adapters/kubernetes/build-topology';
import { defaultMeshConfig } from '@/server/adapters/kubernetes/to-mesh-config';
import type { ClusterIdentity } from '@/server/adapters/kubernetes/cluster-identity';
import { toYaml } from '@/server/adapters/kubernetes/to-yaml';
import { toGap, type SourceError } from '@/server/errors';
import type {
  AccountAccess,
  AccountName,
  ClusterObject,
  ListRights,
  PatchFault,
  SourceState,
  WatchedCluster,
  WritePermission,
} from '@/server/ports';

/** Stands in where no cluster is configured or its kubeconfig cannot be used: it knows nothing and says why. */
export class AbsentCluster implements WatchedCluster {
  readonly toYaml = toYaml;
  private readonly empty: Topology;

  constructor(
    private readonly error: SourceError,
    istioNamespace: string,
  ) {
    this.empty = emptyTopology('none', defaultMeshConfig(istioNamespace));
  }

  start(): void {
    // There is nothing to watch.
  }

  stop(): void {
    // Nothing was started.
  }

  topology(): Topology {
    return this.empty;
  }

  isSynced(): boolean {
    return false;
  }

  gaps(): readonly SourceGap[] {
    return [toGap(this.error, 'the cluster', null)];
  }

  state(): SourceState {
    const { message } = this.error;
    return { source: 'kubernetes', state: 'not-configured', message, sinceMs: null };
  }

  async diagnose(): Promise<readonly ClusterDiagnosis[]> {
    const { message } = this.error;
    return Promise.resolve([
      {
        cluster: null,
        state: { state: 'not-configured', message },
        kubernetesVersion: null,
        isDiscovered: false,
        kinds: [],
        onlyNamespace: null,
        serviceAccount: null,
        clock: null,
      },
    ]);
  }

  subscribe(): () => void {
    return () => undefined;
  }

  versions(): { readonly kubernetes: null; readonly istio: null } {
    return { kubernetes: null, istio: null };
  }

  clusters(): null {
    return null;
  }

  /** Nothing is known of its istiod. */
  identity(): ClusterIdentity {
    return { hasIstiod: null, clusterId: null };
  }

  servedVersion(): null {
    return null;
  }

  async recordEvent(): Promise<Result<null, SourceError>> {
    return Promise.resolve(fail(this.error));
  }

  as(): AccountAccess {
    return new NoAccess(this.error);
  }
}

/** There is nobody to ask. */
class NoAccess implements AccountAccess {
  constructor(private readonly error: SourceError) {}

  async getObject(): Promise<Result<ClusterObject, SourceError>> {
    return Promise.resolve(fail(this.error));
  }

  async patchObject(): Promise<Result<ClusterObject, PatchFault>> {
    return Promise.resolve(fail({ kind: 'source', error: this.error }));
  }

  async createObject(): Promise<Result<ClusterObject, PatchFault>> {
    return Promise.resolve(fail({ kind: 'source', error: this.error }));
  }

  async deleteObject(): Promise<Result<null, PatchFault>> {
    return Promise.resolve(fail({ kind: 'source', error: this.error }));
  }

  async mayWrite(): Promise<Result<boolean, SourceError>> {
    return Promise.resolve(fail(this.error));
  }

  async writePermissions(): Promise<readonly WritePermission[]> {
    return Promise.resolve([]);
  }

  async whoAmI(): Promise<Result<AccountName, SourceError>> {
    return Promise.resolve(fail(this.error));
  }

  async listRights(): Promise<Result<ListRights, SourceError>> {
    return Promise.resolve(fail(this.error));
  }
}
