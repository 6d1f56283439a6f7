import { fail, ok, type Result } from '@/mesh/result';
import { toApiFault } from '@/server/adapters/kubernetes/api-fault';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { kindKey } from '@/server/adapters/kubernetes/kinds';
import { mapLimited } from '@/server/adapters/map-limited';
import { asRecord } from '@/server/adapters/parse-json';
import type { SourceError } from '@/server/errors';
import type { AccountName, ListRights } from '@/server/ports';

type Fields = Readonly<Record<string, unknown>>;

/** Reviews on their way at one time for one account. */
const AT_ONCE = 16;

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** Sends a review and gives its status; any answer but success is a failure. */
async function review(
  client: KubernetesClient,
  group: 'authentication.k8s.io' | 'authorization.k8s.io',
  kind: string,
  spec: Fields,
  signal: AbortSignal,
): Promise<Result<Fields, SourceError>> {
  const apiVersion = `${group}/v1`;
  const path = `/apis/${apiVersion}/${kind.toLowerCase()}s`;
  const body = { apiVersion, kind, spec };
  const answer = await client.call('access-review', { method: 'POST', path, body }, signal);
  if (!answer.ok) return answer;
  if (answer.value.status >= 300) return fail(toApiFault(answer.value, 'an access review'));
  return ok(asRecord(asRecord(answer.value.body)?.['status']) ?? {});
}

/** Who the account is (SelfSubjectReview; before Kubernetes 1.28 only whether it is let in). */
export async function readAccountName(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<Result<AccountName, SourceError>> {
  const status = await review(client, 'authentication.k8s.io', 'SelfSubjectReview', {}, signal);
  if (status.ok) {
    const info = asRecord(status.value['userInfo']);
    const user = info?.['username'];
    return ok({ user: typeof user === 'string' ? user : null, groups: texts(info?.['groups']) });
  }
  if (status.error.kind !== 'not-found') return status;
  const allowed = await mayList(client, { group: '', plural: 'namespaces' }, '', signal);
  return allowed.ok ? ok({ user: null, groups: [] }) : allowed;
}

type Listed = Pick<ServedKind, 'group' | 'plural'>;

async function mayList(
  client: KubernetesClient,
  { group, plural }: Listed,
  namespace: string,
  signal: AbortSignal,
): Promise<Result<boolean, SourceError>> {
  const resourceAttributes = { group, resource: plural, verb: 'list', namespace };
  const status = await review(
    client,
    'authorization.k8s.io',
    'SelfSubjectAccessReview',
    { resourceAttributes },
    signal,
  );
  return status.ok ? ok(status.value['allowed'] === true) : status;
}

/** Whether a rule of a SelfSubjectRulesReview lets its account list a kind, not only objects by name. */
function ruleLists(rule: Fields, { group, plural }: Listed): boolean {
  const has = (list: unknown, wanted: string) =>
    texts(list).some((entry) => entry === wanted || entry === '*');
  return (
    has(rule['verbs'], 'list') &&
    has(rule['apiGroups'], group) &&
    has(rule['resources'], plural) &&
    texts(rule['resourceNames']).length === 0
  );
}

/**
 * Kinds that the account may list in one namespace. Authorizers that cannot tell their rules (webhooks) leave the review
 * incomplete: then it is asked kind by kind, of the others only where Pods or Services may be listed.
 */
async function kindsIn(
  client: KubernetesClient,
  kinds: readonly ServedKind[],
  namespace: string,
  signal: AbortSignal,
): Promise<Result<ReadonlySet<string>, SourceError>> {
  const status = await review(
    client,
    'authorization.k8s.io',
    'SelfSubjectRulesReview',
    { namespace },
    signal,
  );
  if (!status.ok) return status;
  const { resourceRules, incomplete } = status.value;
  const rules = (Array.isArray(resourceRules) ? resourceRules : [])
    .map(asRecord)
    .filter((rule) => rule !== null);
  const granted = kinds.filter((kind) => rules.some((rule) => ruleLists(rule, kind)));
  const allowed = new Set(granted.map(kindKey));
  if (incomplete !== true) return ok(allowed);
  const others = kinds.filter((kind) => !allowed.has(kindKey(kind)));
  const isLeading = (kind: ServedKind) => kind.group === '' && /^(Pod|Service)$/.test(kind.kind);
  const ask = async (some: readonly ServedKind[]): Promise<SourceError | null> => {
    for (const kind of some) {
      const answer = await mayList(client, kind, namespace, signal);
      if (!answer.ok) return answer.error;
      if (answer.value) allowed.add(kindKey(kind));
    }
    return null;
  };
  const error =
    (await ask(others.filter(isLeading))) ??
    (allowed.size === 0 ? null : await ask(others.filter((kind) => !isLeading(kind))));
  return error === null ? ok(allowed) : fail(error);
}

/**
 * What the account may list. One review for each kind tells what it may list everywhere; only where something is left is
 * each namespace asked about. Fails when any review does: half of an answer would hide what may be seen.
 */
export async function readListRights(
  client: KubernetesClient,
  kinds: readonly ServedKind[],
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<Result<ListRights, SourceError>> {
  const first = await mapLimited(kinds, AT_ONCE, async (kind) => mayList(client, kind, '', signal));
  const everywhere = new Set<string>();
  const untoldClusters = new Set<string>();
  for (const [position, answer] of first.entries()) {
    if (!answer.ok) return answer;
    const kind = kinds[position];
    if (answer.value && kind !== undefined) everywhere.add(kindKey(kind));
  }
  const left = kinds.filter((kind) => kind.namespaced && !everywhere.has(kindKey(kind)));
  if (left.length === 0) return ok({ everywhere, namespaces: new Map(), untoldClusters });
  const answers = await mapLimited(namespaces, AT_ONCE, async (namespace) =>
    kindsIn(client, left, namespace, signal),
  );
  const found = new Map<string, ReadonlySet<string>>();
  for (const [position, answer] of answers.entries()) {
    if (!answer.ok) return answer;
    const namespace = namespaces[position];
    if (namespace !== undefined && answer.value.size > 0) found.set(namespace, answer.value);
  }
  return ok({ everywhere, namespaces: found, untoldClusters });
}
