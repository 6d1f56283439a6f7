import { apiVersionOf } from '@/demo/kubernetes/resource-type';
import type { ResourceType } from '@/demo/kubernetes/resource-type';
import { DEFINITION_TYPE, SERVED_TYPES } from '@/demo/kubernetes/served-types';
import type { JsonObject } from '@/demo/kubernetes/json';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

interface Subresource {
  readonly name: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly string[];
}

interface Listed {
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
}

function verbsOf(type: ResourceType): readonly string[] {
  if (type === DEFINITION_TYPE) return READ;
  const verbs = [...WRITE, ...READ].sort();
  // Namespaces go one by one.
  return type.group === '' && type.kind === 'Namespace'
    ? verbs.filter((verb) => verb !== 'deletecollection')
    : verbs;
}

function subresourcesOf(type: ResourceType, version: string): readonly Subresource[] {
  const verbs = ['get', 'patch', 'update'];
  const own = { group: type.group, version, kind: type.kind };
  const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return [
    ...(type.kind === 'Pod' ? [{ name: 'log', kind: own, verbs: ['get'] }] : []),
    ...(type.scale ? [{ name: 'scale', kind: scale, verbs }] : []),
    ...(type.status ? [{ name: 'status', kind: own, verbs }] : []),
  ];
}

function listed(type: ResourceType, version: string): Listed {
  return {
    name: type.resource,
    singular: type.singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: verbsOf(type),
    shortNames: type.shortNames,
    categories: type.categories,
    subresources: subresourcesOf(type, version),
  };
}

function review(name: string, kind: string): Listed {
  return {
    name,
    singular: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
    shortNames: [],
    categories: [],
    subresources: [],
  };
}

const REVIEWS: Readonly<Record<string, readonly Listed[]>> = {
  'authorization.k8s.io/v1': [
    review('selfsubjectaccessreviews', 'SelfSubjectAccessReview'),
    review('selfsubjectrulesreviews', 'SelfSubjectRulesReview'),
  ],
  'authentication.k8s.io/v1': [review('selfsubjectreviews', 'SelfSubjectReview')],
};

function resourcesOf(group: string, version: string): readonly Listed[] {
  const types = SERVED_TYPES.filter(
    (type) => type.group === group && type.versions.some((served) => served.name === version),
  );
  const extra = REVIEWS[apiVersionOf(group, version)] ?? [];
  return [...types.map((type) => listed(type, version)), ...extra];
}

const VERSION_RANK = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2', 'v1alpha1'];

/** Every served group with its versions, preferred first; the core group is the empty name. */
export function servedGroups(): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Set<string>>();
  for (const type of SERVED_TYPES) {
    const versions = groups.get(type.group) ?? new Set<string>();
    for (const version of type.versions) versions.add(version.name);
    groups.set(type.group, versions);
  }
  for (const reviews of Object.keys(REVIEWS)) {
    groups.set(reviews.split('/')[0] ?? '', new Set(['v1']));
  }
  const ranked = [...groups].map(([group, versions]): [string, string[]] => [
    group,
    VERSION_RANK.filter((version) => versions.has(version)),
  ]);
  return new Map(ranked);
}

function aggregatedResource(entry: Listed, group: string, version: string): JsonObject {
  return {
    resource: entry.name,
    responseKind: { group, version, kind: entry.kind },
    scope: entry.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: entry.singular,
    verbs: entry.verbs,
    ...(entry.shortNames.length === 0 ? {} : { shortNames: entry.shortNames }),
    ...(entry.categories.length === 0 ? {} : { categories: entry.categories }),
    ...(entry.subresources.length === 0
      ? {}
      : {
          subresources: entry.subresources.map((subresource) => ({
            subresource: subresource.name,
            responseKind: subresource.kind,
            verbs: subresource.verbs,
          })),
        }),
  };
}

/** The aggregated discovery document of `/api` (`core`) or of `/apis`; `version` is that of the discovery format. */
export function aggregatedDiscovery(core: boolean, version: string): JsonObject {
  const groups = [...servedGroups()].filter(([group]) => (group === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(([group, versions]) => ({
      metadata:
        group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
      versions: versions.map((served) => ({
        version: served,
        resources: resourcesOf(group, served).map((entry) =>
          aggregatedResource(entry, group, served),
        ),
        freshness: 'Current',
      })),
    })),
  };
}

function plainResource(entry: Listed): readonly JsonObject[] {
  const own = {
    name: entry.name,
    singularName: entry.singular,
    namespaced: entry.namespaced,
    kind: entry.kind,
    verbs: entry.verbs,
    ...(entry.shortNames.length === 0 ? {} : { shortNames: entry.shortNames }),
    ...(entry.categories.length === 0 ? {} : { categories: entry.categories }),
  };
  const below = entry.subresources.map((subresource) => ({
    name: `${entry.name}/${subresource.name}`,
    singularName: '',
    namespaced: entry.namespaced,
    ...(subresource.kind.kind === entry.kind
      ? {}
      : { group: subresource.kind.group, version: subresource.kind.version }),
    kind: subresource.kind.kind,
    verbs: subresource.verbs,
  }));
  return [own, ...below];
}

/** `APIResourceList` of one group and version; `null` when it is not served. */
export function resourceList(group: string, version: string): JsonObject | null {
  const resources = resourcesOf(group, version);
  if (resources.length === 0) return null;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(group, version),
    resources: resources.flatMap(plainResource),
  };
}

/** `APIGroup` of one named group; `null` when it is not served. */
export function apiGroup(group: string): JsonObject | null {
  const versions = servedGroups().get(group);
  if (versions === undefined || group === '') return null;
  const entries = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: group,
    versions: entries,
    preferredVersion: entries[0],
  };
}

/** `APIGroupList` of `/apis`. */
export function apiGroupList(): JsonObject {
  const groups = [...servedGroups().keys()]
    .filter((group) => group !== '')
    .map((group) => {
      // In the list the members do not say what they are.
      const { kind: _kind, apiVersion: _version, ...rest } = apiGroup(group) ?? {};
      return rest;
    });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}
