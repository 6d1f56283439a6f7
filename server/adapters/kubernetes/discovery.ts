import { fail, ok, type Result } from '@/mesh/result';
import { toApiFault } from '@/server/adapters/kubernetes/api-fault';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import { kindKey, watchedKinds, type WatchedKind } from '@/server/adapters/kubernetes/kinds';
import { asRecord } from '@/server/adapters/parse-json';
import { sourceError, type SourceError } from '@/server/errors';

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

/** Aggregated discovery (Kubernetes 1.26 and later): every group with its kinds in one answer; else the list of groups. */
const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

async function read(
  client: KubernetesClient,
  path: string,
  accept: string,
  signal: AbortSignal,
): Promise<Result<Readonly<Record<string, unknown>>, SourceError>> {
  const answer = await client.call('discovery', { method: 'GET', path, accept }, signal);
  if (!answer.ok) return answer;
  if (answer.value.status !== 200) return fail(toApiFault(answer.value, `its list of APIs`));
  const list = asRecord(answer.value.body);
  return list === null ? fail(noList(path)) : ok(list);
}

/** An answer that is no list must not pass for a cluster that serves nothing. */
function noList(path: string): SourceError {
  const message = `The Kubernetes API server answered ${path} with something that is no list of APIs`;
  return sourceError('kubernetes', 'bad-response', message);
}

/** One kind that the cluster serves, if it is one of the watched in a version that Fanari understands. */
function toServed(
  group: string,
  version: string,
  resource: { readonly kind: unknown; readonly plural: unknown; readonly namespaced: boolean },
): ServedKind | null {
  const { kind, plural, namespaced } = resource;
  const wanted = watchedKinds.find((entry) => entry.group === group && entry.kind === kind);
  if (wanted === undefined || typeof plural !== 'string' || plural.includes('/')) return null;
  return wanted.versions.includes(version) ? { ...wanted, version, plural, namespaced } : null;
}

function fromAggregated(items: readonly unknown[]): readonly ServedKind[] {
  return records(items).flatMap((group) => {
    const name = asRecord(group['metadata'])?.['name'];
    return records(group['versions']).flatMap(({ version, resources }) =>
      records(resources).flatMap(({ resource, responseKind, scope }) => {
        const kind = asRecord(responseKind)?.['kind'];
        const described = { kind, plural: resource, namespaced: scope === 'Namespaced' };
        return toServed(typeof name === 'string' ? name : '', String(version), described) ?? [];
      }),
    );
  });
}

async function fromGroupVersion(
  client: KubernetesClient,
  group: string,
  version: string,
  signal: AbortSignal,
): Promise<Result<readonly ServedKind[], SourceError>> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const list = await read(client, path, 'application/json', signal);
  // A version that has just gone.
  if (!list.ok) return list.error.kind === 'not-found' ? ok([]) : list;
  if (!Array.isArray(list.value['resources'])) return fail(noList(path));
  return ok(
    records(list.value['resources']).flatMap(({ name, kind, namespaced }) => {
      return (
        toServed(group, version, { kind, plural: name, namespaced: namespaced === true }) ?? []
      );
    }),
  );
}

/** One request for each group and version of interest, as clusters before aggregated discovery need it. */
async function fromGroups(
  client: KubernetesClient,
  groups: readonly Readonly<Record<string, unknown>>[],
  signal: AbortSignal,
): Promise<Result<readonly ServedKind[], SourceError>> {
  const pairs = groups.flatMap(({ name, versions }) => {
    const known = new Set(watchedKinds.flatMap((k) => (k.group === name ? k.versions : [])));
    return records(versions).flatMap(({ version }) =>
      known.has(String(version)) ? [{ group: String(name), version: String(version) }] : [],
    );
  });
  const answers = await Promise.all(
    pairs.map(({ group, version }) => fromGroupVersion(client, group, version, signal)),
  );
  const served: ServedKind[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    served.push(...answer.value);
  }
  return ok(served);
}

/** `/api` and `/apis` have the same two forms. */
async function readKinds(
  client: KubernetesClient,
  path: '/api' | '/apis',
  signal: AbortSignal,
): Promise<Result<readonly ServedKind[], SourceError>> {
  const list = await read(client, path, AGGREGATED, signal);
  if (!list.ok) return list;
  const { kind, items, groups, versions } = list.value;
  if (kind === 'APIGroupDiscoveryList' && Array.isArray(items)) return ok(fromAggregated(items));
  if (path === '/api' && Array.isArray(versions)) {
    return fromGroups(client, [{ name: '', versions: [{ version: 'v1' }] }], signal);
  }
  return Array.isArray(groups) ? fromGroups(client, records(groups), signal) : fail(noList(path));
}

/** Which core kinds the cluster serves. They never change, so it is asked once. */
export function discoverCoreKinds(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<Result<readonly ServedKind[], SourceError>> {
  return readKinds(client, '/api', signal);
}

/** Which watched kinds of named groups the cluster serves, each in the best version that both sides know. */
export async function discoverKinds(
  client: KubernetesClient,
  core: readonly ServedKind[],
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, ServedKind>, SourceError>> {
  const found = await readKinds(client, '/apis', signal);
  if (!found.ok) return found;
  const best = new Map<string, ServedKind>();
  const rank = (entry: ServedKind) => entry.versions.indexOf(entry.version);
  for (const kind of [...core, ...found.value]) {
    const before = best.get(kindKey(kind));
    if (before === undefined || rank(kind) < rank(before)) best.set(kindKey(kind), kind);
  }
  return ok(best);
}
