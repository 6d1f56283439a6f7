import { fail, ok, type Result } from '@/mesh/result';
import type { ObjectRef } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';
import { readAccountName, readListRights } from '@/server/adapters/kubernetes/account-reviews';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { kindKey } from '@/server/adapters/kubernetes/kinds';
import type { NamespaceLimit } from '@/server/adapters/kubernetes/namespace-limit';
import { getObject, mayWrite, patchObject } from '@/server/adapters/kubernetes/object-access';
import { createObject, deleteObject } from '@/server/adapters/kubernetes/object-creation';
import { readWritePermissions } from '@/server/adapters/kubernetes/write-permissions';
import { sourceError, type SourceError } from '@/server/errors';
import type {
  AccountAccess,
  AccountName,
  CallOptions,
  ClusterObject,
  CreateRequest,
  DeleteRequest,
  ListRights,
  PatchFault,
  PatchRequest,
  WritePermission,
  WriteVerb,
} from '@/server/ports';

const PERMISSIONS_MS = 120_000;

const NEVER = new AbortController().signal;

/** What an account needs to know of the cluster. */
export interface AccountContext {
  /** Kinds that Fanari watches and the cluster serves. */
  readonly kinds: () => readonly ServedKind[];
  /** Where Fanari looks: no account reads or writes elsewhere through it. */
  readonly limit: NamespaceLimit;
  /** Whether it is known which these are; before, `kinds` is empty. */
  readonly areKindsKnown: () => boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface KnownPermissions {
  readonly atMs: number;
  readonly value: Promise<readonly WritePermission[]>;
}

/** Calls to the API server with the rights of one account, which its client carries. */
export class Account implements AccountAccess {
  private permissions: KnownPermissions | null = null;

  constructor(
    private readonly client: KubernetesClient,
    private readonly context: AccountContext,
  ) {}

  async getObject(
    ref: ObjectRef,
    { signal }: CallOptions,
  ): Promise<Result<ClusterObject, SourceError>> {
    const kind = this.readableKind(ref);
    if (kind === null) return fail(this.unknownKind(ref));
    return getObject(this.client, kind, ref, signal);
  }

  async patchObject(
    request: PatchRequest,
    { signal }: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    const kind = this.readableKind(request.ref, true);
    if (kind === null) return fail({ kind: 'source', error: this.unknownKind(request.ref) });
    return patchObject(this.client, kind, request, signal);
  }

  async createObject(
    request: CreateRequest,
    { signal }: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    const kind = this.readableKind(request.ref, true);
    if (kind === null) return fail({ kind: 'source', error: this.unknownKind(request.ref) });
    return createObject(this.client, kind, request, signal);
  }

  async deleteObject(
    request: DeleteRequest,
    { signal }: CallOptions,
  ): Promise<Result<null, PatchFault>> {
    const kind = this.readableKind(request.ref, true);
    if (kind === null) return fail({ kind: 'source', error: this.unknownKind(request.ref) });
    return deleteObject(this.client, kind, request, signal);
  }

  async mayWrite(
    verb: WriteVerb,
    ref: ObjectRef,
    { signal }: CallOptions,
  ): Promise<Result<boolean, SourceError>> {
    const kind = this.readableKind(ref, true);
    if (kind === null) return fail(this.unknownKind(ref));
    if (this.client.isReadOnly()) return ok(false);
    // A review of a creation names no object, because the name is not yet known to authorizers.
    const name = verb === 'create' ? '' : ref.name;
    return mayWrite(this.client, kind, { verb, namespace: ref.namespace, name }, signal);
  }

  async writePermissions(topology: Topology): Promise<readonly WritePermission[]> {
    const nowMs = this.context.now();
    const known = this.permissions;
    if (known !== null && nowMs - known.atMs < PERMISSIONS_MS) return known.value;
    const kindOf = (key: string) => this.kindOf(key);
    const { limit } = this.context;
    // Shared by all who ask meanwhile, so nobody's going ends it; each call has a deadline of its own.
    const value = readWritePermissions(this.client, kindOf, { topology, limit }, NEVER);
    // Of no kinds there are no permissions, which would stay so for minutes.
    if (this.context.areKindsKnown()) this.permissions = { atMs: nowMs, value };
    return value;
  }

  async whoAmI({ signal }: CallOptions): Promise<Result<AccountName, SourceError>> {
    return readAccountName(this.client, signal);
  }

  async listRights(
    namespaces: readonly string[],
    { signal }: CallOptions,
  ): Promise<Result<ListRights, SourceError>> {
    return readListRights(this.client, this.context.kinds(), namespaces, signal);
  }

  private kindOf(key: string): ServedKind | null {
    return this.context.kinds().find((kind) => kindKey(kind) === key) ?? null;
  }

  private readableKind(ref: ObjectRef, isWrite = false): ServedKind | null {
    if (ref.cluster !== undefined) return null;
    const kind = this.kindOf(kindKey(ref));
    if (kind?.readable !== true) return null;
    const namespace = kind.role === 'namespace' ? ref.name : ref.namespace;
    return this.context.limit.admits(kind, namespace, isWrite) ? kind : null;
  }

  private unknownKind(ref: ObjectRef): SourceError {
    if (ref.cluster !== undefined) {
      // No `not-found`, which would say that the object is gone.
      const message = `Fanari watches one cluster, and none by the name ${ref.cluster}`;
      return sourceError('kubernetes', 'not-configured', message);
    }
    if (!this.context.areKindsKnown()) {
      const message = 'Fanari has just started and does not know yet what this cluster serves';
      return sourceError('kubernetes', 'unreachable', message);
    }
    const message = `Fanari does not read ${ref.kind} objects in this cluster`;
    return sourceError('kubernetes', 'not-found', message);
  }
}
