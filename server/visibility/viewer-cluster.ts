import type { ClusterDiagnosis } from '@/mesh/doctor/facts';
import type { SourceGap } from '@/mesh/gap';
import type { JsonObject } from '@/mesh/json';
import { fail, type Result } from '@/mesh/result';
import type { ObjectRef } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';
import { sourceError, type SourceError } from '@/server/errors';
import type {
  CallOptions,
  ClusterAccess,
  ClusterObject,
  ClusterReader,
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

/** The cluster of one viewer: a picture that is shared by all who see the same, and calls with the viewer's own rights. */
export class ViewerCluster implements ClusterSource {
  constructor(
    private readonly reader: ClusterReader,
    private readonly access: ClusterAccess,
  ) {}

  topology(): Topology {
    return this.reader.topology();
  }

  isSynced(): boolean {
    return this.reader.isSynced();
  }

  gaps(): readonly SourceGap[] {
    return this.reader.gaps();
  }

  state(): SourceState {
    return this.reader.state();
  }

  subscribe(listener: () => void): () => void {
    return this.reader.subscribe(listener);
  }

  versions(): ReturnType<ClusterReader['versions']> {
    return this.reader.versions();
  }

  async diagnose(): Promise<readonly ClusterDiagnosis[]> {
    return this.reader.diagnose();
  }

  clusters(): readonly ClusterState[] | null {
    return this.reader.clusters();
  }

  servedVersion(groupKind: string, cluster?: string): string | null {
    return this.reader.servedVersion(groupKind, cluster);
  }

  toYaml(object: JsonObject): string {
    return this.reader.toYaml(object);
  }

  /** What is in a namespace out of sight is not found, as what never was. */
  async getObject(
    ref: ObjectRef,
    options: CallOptions,
  ): Promise<Result<ClusterObject, SourceError>> {
    return this.isHidden(ref) ? fail(notFound(ref)) : this.access.getObject(ref, options);
  }

  async patchObject(
    request: PatchRequest,
    options: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    if (this.isHidden(request.ref)) return fail({ kind: 'source', error: notFound(request.ref) });
    return this.access.patchObject(request, options);
  }

  async createObject(
    request: CreateRequest,
    options: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    if (this.isHidden(request.ref)) return fail({ kind: 'source', error: notFound(request.ref) });
    return this.access.createObject(request, options);
  }

  async deleteObject(
    request: DeleteRequest,
    options: CallOptions,
  ): Promise<Result<null, PatchFault>> {
    if (this.isHidden(request.ref)) return fail({ kind: 'source', error: notFound(request.ref) });
    return this.access.deleteObject(request, options);
  }

  async mayWrite(
    verb: WriteVerb,
    ref: ObjectRef,
    options: CallOptions,
  ): Promise<Result<boolean, SourceError>> {
    return this.access.mayWrite(verb, ref, options);
  }

  async writePermissions(
    topology: Topology,
    options: CallOptions,
  ): Promise<readonly WritePermission[]> {
    return this.access.writePermissions(topology, options);
  }

  private isHidden({ namespace }: ObjectRef): boolean {
    const { isRestricted, namespaces } = this.reader.topology();
    return isRestricted && namespace !== '' && !namespaces.has(namespace);
  }
}

/** As the API server's 404 of an object is told. */
function notFound({ kind, namespace, name }: ObjectRef): SourceError {
  const message = `The Kubernetes API server does not have ${kind} ${namespace}/${name}`;
  return sourceError('kubernetes', 'not-found', message);
}
