import { ok, type Result } from '@/mesh/result';
import { toApiFault } from '@/server/adapters/kubernetes/api-fault';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import { kindKey, watchedKinds, type WatchedKind } from '@/server/adapters/kubernetes/kinds';
import { asRecord } from '@/server/adapters/parse-json';
import type { SourceError } from '@/server/errors';
import { fail } from '@/mesh/result';

/** A watched kind as this cluster serves it. */
export interface ServedKind extends WatchedKind {
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** `group/version`, or `v1` for the core group. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Path of a kind's collection (`namespace` empty: all namespaces), or of one object when `name` is given. */
export function pathOf(
  kind: ServedKind,
  namespace = '',
  name = '',
  version = kind.version,
): string {
  const root = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`;
  const scope =
    kind.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${kind.plural}${name === '' ? '' : `/${encodeURIComponent(name)}`}`;
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(asRecord).filter((entry) => entry !== null) : [];
}

async function servedVersions(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, readonly string[]>, SourceError>> {
  const answer = await client.call('discovery', { method: 'GET', path: '/apis' }, signal);
  if (!answer.ok) return answer;
  if (answer.value.status !== 200) return fail(toApiFault(answer.value, 'its list of APIs'));
  const groups = new Map<string, readonly string[]>([['', ['v1']]]);
  for (const group of records(asRecord(answer.value.body)?.['groups'])) {
    const versions = records(group['versions']).map(({ version }) => String(version));
    if (typeof group['name'] === 'string') groups.set(group['name'], versions);
  }
  return ok(groups);
}

async function readGroupVersion(
  client: KubernetesClient,
  group: string,
  version: string,
  signal: AbortSignal,
): Promise<Result<readonly ServedKind[], SourceError>> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const answer = await client.call('discovery', { method: 'GET', path }, signal);
  if (!answer.ok) return answer;
  if (answer.value.status === 404) return ok([]);
  if (answer.value.status !== 200) {
    return fail(toApiFault(answer.value, `the kinds of ${apiVersionOf(group, version)}`));
  }
  const served: ServedKind[] = [];
  for (const resource of records(asRecord(answer.value.body)?.['resources'])) {
    const { name, kind, namespaced } = resource;
    const wanted = watchedKinds.find((entry) => entry.group === group && entry.kind === kind);
    if (wanted === undefined || typeof name !== 'string' || name.includes('/')) continue;
    if (!wanted.versions.includes(version)) continue;
    served.push({ ...wanted, version, plural: name, namespaced: namespaced === true });
  }
  return ok(served);
}

/**
 * Which watched kinds the cluster serves, each in the best version that both sides know. One request for the groups and
 * one for each group and version of interest.
 */
export async function discoverKinds(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, ServedKind>, SourceError>> {
  const groups = await servedVersions(client, signal);
  if (!groups.ok) return groups;
  const pairs = [...new Set(watchedKinds.map(({ group }) => group))].flatMap((group) => {
    const known = new Set(watchedKinds.flatMap((k) => (k.group === group ? k.versions : [])));
    const served = groups.value.get(group) ?? [];
    return served.filter((version) => known.has(version)).map((version) => ({ group, version }));
  });
  const answers = await Promise.all(
    pairs.map(({ group, version }) => readGroupVersion(client, group, version, signal)),
  );
  const best = new Map<string, ServedKind>();
  for (const answer of answers) {
    if (!answer.ok) return answer;
    for (const kind of answer.value) {
      const before = best.get(kindKey(kind));
      const rank = (entry: ServedKind) => entry.versions.indexOf(entry.version);
      if (before === undefined || rank(kind) < rank(before)) best.set(kindKey(kind), kind);
    }
  }
  return ok(best);
}
