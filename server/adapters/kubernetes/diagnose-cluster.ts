import type { ClusterDiagnosis, KindAccess, SingleVerb } from '@/mesh/doctor/facts';
import type { Topology } from '@/mesh/topology/topology';
import { readAccountName } from '@/server/adapters/kubernetes/account-reviews';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import { apiVersionOf } from '@/server/adapters/kubernetes/discovery';
import type { KindEntry } from '@/server/adapters/kubernetes/kind-registry';
import {
  kindKey,
  watchedKinds,
  writes,
  type WatchedKind,
} from '@/server/adapters/kubernetes/kinds';
import type { NamespaceLimit } from '@/server/adapters/kubernetes/namespace-limit';
import { isAllowed } from '@/server/adapters/kubernetes/write-permissions';

/** What a diagnosis is made of. */
export interface DiagnosisInput {
  readonly client: KubernetesClient;
  readonly topology: Topology;
  readonly limit: NamespaceLimit;
  readonly isDiscovered: boolean;
  readonly entries: ReadonlyMap<string, KindEntry<unknown>>;
  /** `false`: the API server is away or still being read, so that nothing is asked. */
  readonly isReady: boolean;
  readonly signal: AbortSignal;
}

/** Asks the API server about itself and Fanari's account: who it is, what time it is, and what may be got. */
export async function diagnoseCluster(
  input: DiagnosisInput,
): Promise<Omit<ClusterDiagnosis, 'state' | 'kubernetesVersion'>> {
  const { client, entries, isDiscovered, isReady, signal } = input;
  const [serviceAccount, kinds] = await Promise.all([
    isReady ? readServiceAccount(client, signal) : null,
    Promise.all(watchedKinds.map((kind) => accessOf(input, kind))),
  ]);
  const narrowings = [...entries.values()].flatMap(({ watch }) => watch.narrowing() ?? []);
  return {
    cluster: null,
    isDiscovered,
    kinds,
    onlyNamespace: narrowings[0]?.namespace ?? null,
    serviceAccount,
    clock: isReady ? client.clock() : null,
  };
}

async function accessOf(input: DiagnosisInput, watched: WatchedKind): Promise<KindAccess> {
  const { group, kind } = watched;
  const entry = input.entries.get(kindKey(watched));
  if (entry === undefined) {
    const reading = 'not-served';
    return { group, kind, apiVersion: null, resource: null, reading, message: null, verbs: [] };
  }
  const { version, plural } = entry.kind;
  return {
    group,
    kind,
    apiVersion: apiVersionOf(group, version),
    resource: plural,
    ...readingOf(entry),
    verbs: await verbsOf(input, entry),
  };
}

function readingOf({ watch }: KindEntry<unknown>): Pick<KindAccess, 'reading' | 'message'> {
  const [first] = watch.errors();
  if (first !== undefined) {
    const { kind, message } = first.error;
    return kind === 'forbidden'
      ? { reading: 'refused', message: null }
      : { reading: 'failing', message };
  }
  if (!watch.settled) return { reading: 'pending', message: null };
  return { reading: watch.narrowing() === null ? 'all' : 'one-namespace', message: null };
}

async function verbsOf(
  { client, topology, limit, isReady, signal }: DiagnosisInput,
  { kind }: KindEntry<unknown>,
): Promise<KindAccess['verbs']> {
  const key = kindKey(kind);
  const verbs: readonly SingleVerb[] = [
    ...(kind.readable ? (['get'] as const) : []),
    ...writes.flatMap((write) => (write.key === key ? write.verb : [])),
  ];
  return Promise.all(
    verbs.map(async (verb) => ({
      verb,
      allowed: isReady ? await isAllowed(client, kind, verb, { topology, limit }, signal) : null,
    })),
  );
}

const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** The service account whose credentials are used; `null` for a person's, and where the API server does not tell. */
async function readServiceAccount(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<ClusterDiagnosis['serviceAccount']> {
  const account = await readAccountName(client, signal);
  const match = ACCOUNT.exec((account.ok ? account.value.user : null) ?? '');
  const [, namespace, name] = match ?? [];
  return namespace === undefined || name === undefined ? null : { namespace, name };
}
