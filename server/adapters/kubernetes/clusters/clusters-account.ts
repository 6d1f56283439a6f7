import { fail, ok, type Result } from '@/mesh/result';
import type { ObjectRef } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';
import { commonRights } from '@/server/adapters/kubernetes/clusters/common-rights';
import { sourceError, type SourceError } from '@/server/errors';
import type {
  AccountAccess,
  AccountName,
  CallOptions,
  ClusterObject,
  Clock,
  CreateRequest,
  DeleteRequest,
  ListRights,
  PatchFault,
  PatchRequest,
  WritePermission,
  WriteVerb,
} from '@/server/ports';

/** An account in one of several clusters. */
export interface NamedAccount {
  readonly name: string;
  readonly account: AccountAccess;
  readonly isAnswering: boolean;
}

/** Longest wait for what one cluster says, so that a slow API server delays no page; asked again next time. */
const WAIT_MS = 1_000;

/** So long rights that a cluster told hold while it does not answer. */
const BELIEVED_MS = 600_000;

/** One account in several clusters: each request goes to the cluster that it names, and nowhere else. */
export class ClustersAccount implements AccountAccess {
  private readonly told = new Map<string, { readonly atMs: number; readonly rights: ListRights }>();

  constructor(
    private readonly accounts: () => readonly NamedAccount[],
    private readonly clock: Clock,
  ) {}

  async getObject(
    ref: ObjectRef,
    options: CallOptions,
  ): Promise<Result<ClusterObject, SourceError>> {
    const found = this.find(ref);
    if (!found.ok) return found;
    const { account, name, inner } = found.value;
    const answer = await account.getObject(inner, options);
    return answer.ok
      ? ok(withCluster(answer.value, name))
      : fail(inClusterNamed(name, answer.error));
  }

  async patchObject(
    request: PatchRequest,
    options: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    return this.write(request.ref, async (account, ref) =>
      account.patchObject({ ...request, ref }, options),
    );
  }

  async createObject(
    request: CreateRequest,
    options: CallOptions,
  ): Promise<Result<ClusterObject, PatchFault>> {
    return this.write(request.ref, async (account, ref) =>
      account.createObject({ ...request, ref }, options),
    );
  }

  async deleteObject(
    request: DeleteRequest,
    options: CallOptions,
  ): Promise<Result<null, PatchFault>> {
    const found = this.find(request.ref);
    if (!found.ok) return fail({ kind: 'source', error: found.error });
    const { account, name, inner } = found.value;
    const answer = await account.deleteObject({ ...request, ref: inner }, options);
    return answer.ok ? answer : fail(faultIn(name, answer.error));
  }

  async mayWrite(
    verb: WriteVerb,
    ref: ObjectRef,
    options: CallOptions,
  ): Promise<Result<boolean, SourceError>> {
    const found = this.find(ref);
    if (!found.ok) return found;
    const { account, name, inner } = found.value;
    const answer = await account.mayWrite(verb, inner, options);
    return answer.ok ? answer : fail(inClusterNamed(name, answer.error));
  }

  async writePermissions(
    topology: Topology,
    options: CallOptions,
  ): Promise<readonly WritePermission[]> {
    const lists = await Promise.all(
      this.accounts().map(async ({ name, account, isAnswering }) => {
        if (!isAnswering) return [];
        const permissions = await atMost(WAIT_MS, account.writePermissions(topology, options));
        return (permissions ?? []).map((permission) => ({ cluster: name, ...permission }));
      }),
    );
    return lists.flat();
  }

  /** As the first cluster that answers knows the account; clusters that share logins name it alike. */
  async whoAmI(options: CallOptions): Promise<Result<AccountName, SourceError>> {
    let last: SourceError = sourceError('kubernetes', 'not-configured', 'No cluster is watched');
    const accounts = [...this.accounts()].sort(
      (a, b) => Number(b.isAnswering) - Number(a.isAnswering),
    );
    for (const { name, account } of accounts) {
      const answer = await account.whoAmI(options);
      if (answer.ok || answer.error.kind === 'unauthorized') return answer;
      last = inClusterNamed(name, answer.error);
    }
    return fail(last);
  }

  /**
   * What the account may list in every cluster that tells. A cluster that does not tell now is taken as it told last; one
   * that never did is left out, with everything in it. Fails when none tells.
   */
  async listRights(
    namespaces: readonly string[],
    options: CallOptions,
  ): Promise<Result<ListRights, SourceError>> {
    const accounts = this.accounts();
    const answers = await Promise.all(
      accounts.map(async ({ account, isAnswering, name }) => {
        const asking = account.listRights(namespaces, options);
        const answer = isAnswering ? await asking : await atMost(WAIT_MS, asking);
        return { name, answer };
      }),
    );
    const nowMs = this.clock.now();
    let error: SourceError | null = null;
    const known = new Map<string, ListRights>();
    for (const { name, answer } of answers) {
      if (answer?.ok === true) this.told.set(name, { atMs: nowMs, rights: answer.value });
      else if (answer !== null) {
        error = inClusterNamed(name, answer.error);
        if (answer.error.kind === 'unauthorized') this.told.delete(name);
      }
      const told = this.told.get(name);
      if (told !== undefined && nowMs - told.atMs < BELIEVED_MS) known.set(name, told.rights);
    }
    if (known.size === 0) {
      return fail(error ?? sourceError('kubernetes', 'timeout', 'No cluster answers in time'));
    }
    const untold = accounts.map(({ name }) => name).filter((name) => !known.has(name));
    return ok(commonRights([...known.values()], namespaces, new Set(untold)));
  }

  /** Where a request goes: to the cluster that its ref names, and nowhere else. */
  private find(ref: ObjectRef): Result<
    {
      readonly account: AccountAccess;
      readonly name: string;
      readonly inner: ObjectRef;
    },
    SourceError
  > {
    const { cluster, ...inner } = ref;
    const found = this.accounts().find(({ name }) => name === cluster);
    if (found !== undefined) return ok({ account: found.account, name: found.name, inner });
    const message =
      cluster === undefined
        ? `Several clusters are watched, and nothing says which one ${ref.kind} ${ref.namespace}/${ref.name} is in`
        : `Fanari watches no cluster ${cluster}`;
    // No `not-found`, which would say that the object is gone.
    return fail(sourceError('kubernetes', 'not-configured', message));
  }

  private async write(
    ref: ObjectRef,
    send: (account: AccountAccess, inner: ObjectRef) => Promise<Result<ClusterObject, PatchFault>>,
  ): Promise<Result<ClusterObject, PatchFault>> {
    const found = this.find(ref);
    if (!found.ok) return fail({ kind: 'source', error: found.error });
    const { account, name, inner } = found.value;
    const answer = await send(account, inner);
    return answer.ok ? ok(withCluster(answer.value, name)) : fail(faultIn(name, answer.error));
  }
}

/** A sentence about one of several clusters. */
export function told(cluster: string, message: string): string {
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
