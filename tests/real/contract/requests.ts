import { collectionOf, pathOf, type ApiReply } from '@/tests/real/cluster/api-client';
import { httpRoute, service, SHOP, virtualService } from '@/tests/real/objects';

/** One request that both APIs must answer alike. */
export interface ContractRequest {
  readonly name: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Sent before and after, to both. */
  readonly first?: readonly ContractRequest[];
  readonly last?: readonly ContractRequest[];
  /** The part of the answer that is compared; all of it without this. */
  readonly look?: (reply: ApiReply) => unknown;
}

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

const ROUTE = pathOf(virtualService());
const ROUTES = collectionOf(virtualService());
const SERVICE = pathOf(service('reviews'));
const SERVICES = collectionOf(service('reviews'));
const HTTP_ROUTES = collectionOf(httpRoute());
const spare = virtualService([90, 10], { name: 'spare' });

type Entry = Readonly<Record<string, unknown>>;

function entry(list: unknown, key: string, value: string): unknown {
  return Array.isArray(list) ? (list as Entry[]).find((item) => item[key] === value) : undefined;
}

/** Resources of a discovery answer by name, without what only says how they are stored. */
function resourcesOf(...names: readonly string[]) {
  return ({ body }: ApiReply) =>
    names.map((name) => {
      const found = entry(body['resources'], 'name', name) as Entry | undefined;
      const { storageVersionHash: _, verbs, ...rest } = found ?? {};
      return { ...rest, verbs: Array.isArray(verbs) ? verbs.toSorted() : verbs };
    });
}

/** The members of a list, sorted, with the metadata of the list. */
function listOf({ body }: ApiReply): unknown {
  const { items, ...rest } = body;
  const names = Array.isArray(items)
    ? (items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name).toSorted()
    : items;
  // An empty token is no token.
  return { ...rest, names, metadata: { continue: '', ...(rest['metadata'] as Entry) } };
}

function withoutManagers({ body }: ApiReply): unknown {
  const metadata = (body['metadata'] ?? {}) as Entry;
  const { managedFields: _, ...rest } = metadata;
  return { ...body, metadata: rest };
}

const discovery: readonly ContractRequest[] = [
  {
    name: 'lists the versions of the core group',
    path: '/api',
    look: ({ body }) => body['versions'],
  },
  {
    name: 'lists the versions of a group of Istio',
    path: '/apis',
    look: ({ body }) => entry(body['groups'], 'name', 'security.istio.io'),
  },
  {
    name: 'lists the versions of the Gateway API',
    path: '/apis/gateway.networking.k8s.io',
    look: ({ body }) => [body['kind'], body['name'], body['preferredVersion']],
  },
  {
    name: 'describes core kinds',
    path: '/api/v1',
    look: resourcesOf('services', 'pods', 'namespaces', 'configmaps'),
  },
  {
    name: 'describes the kinds of apps',
    path: '/apis/apps/v1',
    look: resourcesOf('deployments', 'deployments/scale', 'statefulsets', 'daemonsets'),
  },
  {
    name: 'describes the kinds of Istio',
    path: '/apis/networking.istio.io/v1',
    look: resourcesOf('virtualservices', 'destinationrules', 'gateways', 'serviceentries'),
  },
  {
    name: 'describes the kinds of the Gateway API',
    path: '/apis/gateway.networking.k8s.io/v1',
    look: resourcesOf('httproutes', 'gateways', 'gatewayclasses', 'grpcroutes'),
  },
  { name: 'knows no group that is not there', path: '/apis/nothing.example.com/v1' },
];

const reads: readonly ContractRequest[] = [
  { name: 'reads an object', path: ROUTE, look: withoutManagers },
  {
    name: 'reads an object in another version',
    path: ROUTE.replace('/v1/', '/v1beta1/'),
    look: withoutManagers,
  },
  { name: 'says which custom object is not there', path: `${ROUTE}-gone` },
  { name: 'says which core object is not there', path: `${SERVICE}-gone` },
  { name: 'says which namespace is not there', path: '/api/v1/namespaces/gone' },
  { name: 'knows no kind that is not there', path: `${ROUTES}x`, look: ({ text }) => text },
  { name: 'lists the objects of a namespace', path: ROUTES, look: listOf },
  {
    name: 'lists nothing in a namespace that is not there',
    path: ROUTES.replace(SHOP, 'gone'),
    look: listOf,
  },
  {
    name: 'gives a page, a token and what remains',
    path: `${ROUTES}?limit=1`,
    first: [{ name: '', method: 'POST', path: ROUTES, body: spare }],
    last: [{ name: '', method: 'DELETE', path: pathOf(spare) }],
    look: listOf,
  },
  { name: 'selects by label', path: `${SERVICES}?labelSelector=none%3Dthis`, look: listOf },
  {
    name: 'selects by field',
    path: `${SERVICES}?fieldSelector=metadata.name%3Dreviews`,
    look: listOf,
  },
  { name: 'refuses a malformed label selector', path: `${SERVICES}?labelSelector=a%3D%3D%3Db` },
  {
    name: 'refuses a field that cannot be selected by',
    path: `${SERVICES}?fieldSelector=spec.color%3Dred`,
  },
  {
    name: 'refuses a field of a custom object that cannot be selected by',
    path: `${ROUTES}?fieldSelector=spec.color%3Dred`,
  },
  { name: 'refuses a token that is none', path: `${ROUTES}?limit=1&continue=rubbish` },
  { name: 'refuses a limit that is no number', path: `${ROUTES}?limit=many` },
  { name: 'refuses a list version that is none', path: `${ROUTES}?resourceVersion=rubbish` },
  { name: 'refuses a match without a version', path: `${ROUTES}?resourceVersionMatch=Exact` },
  {
    name: 'refuses a watch version that is none',
    path: `${ROUTES}?watch=true&resourceVersion=rubbish`,
  },
];

const creations: readonly ContractRequest[] = [
  {
    name: 'creates a custom object',
    method: 'POST',
    path: `${ROUTES}?fieldManager=test`,
    body: spare,
    last: [{ name: '', method: 'DELETE', path: pathOf(spare) }],
  },
  {
    name: 'creates nothing in a dry run, and says what would be',
    method: 'POST',
    path: `${ROUTES}?dryRun=All&fieldManager=test`,
    body: spare,
  },
  {
    name: 'leaves nothing behind after a dry run',
    path: pathOf(spare),
    first: [{ name: '', method: 'POST', path: `${ROUTES}?dryRun=All`, body: spare }],
  },
  {
    name: 'refuses a dry run of a kind that is none',
    method: 'POST',
    path: `${ROUTES}?dryRun=Some`,
    body: spare,
  },
  { name: 'refuses a name that is taken', method: 'POST', path: ROUTES, body: virtualService() },
  {
    name: 'refuses a taken name of a core kind',
    method: 'POST',
    path: SERVICES,
    body: service('reviews'),
  },
  {
    name: 'refuses a namespace that is not there',
    method: 'POST',
    path: ROUTES.replace(SHOP, 'gone'),
    body: virtualService([90, 10], { name: 'spare', inNamespace: 'gone' }),
  },
  {
    name: 'refuses a namespace other than that of the path',
    method: 'POST',
    path: ROUTES.replace(SHOP, 'default'),
    body: spare,
  },
  {
    name: 'refuses an object without a name',
    method: 'POST',
    path: ROUTES,
    body: { ...spare, metadata: {} },
  },
  {
    name: 'refuses a custom object with a bad name',
    method: 'POST',
    path: ROUTES,
    body: virtualService([1, 1], { name: 'Bad_Name' }),
  },
  {
    name: 'takes a name of a service that starts with a digit',
    method: 'POST',
    path: SERVICES,
    body: service('1bad'),
  },
  { name: 'refuses another kind', method: 'POST', path: ROUTES, body: service('spare') },
  {
    name: 'refuses a type that the schema does not allow',
    method: 'POST',
    path: ROUTES,
    body: { ...spare, spec: { hosts: 'spare' } },
  },
  {
    name: 'refuses a number beyond the schema',
    method: 'POST',
    path: HTTP_ROUTES,
    body: httpRoute([2_000_000, 1]),
  },
  {
    name: 'refuses an unknown field when asked to be strict',
    method: 'POST',
    path: `${ROUTES}?fieldValidation=Strict`,
    body: { ...spare, spec: { hosts: ['spare'], hostz: [] } },
  },
  {
    name: 'refuses an unknown field of a core kind when asked to be strict',
    method: 'POST',
    path: `${SERVICES}?fieldValidation=Strict`,
    body: { ...service('spare'), spec: { ports: [{ port: 80 }], colour: 'red' } },
  },
  {
    name: 'refuses a body that is no JSON',
    method: 'POST',
    path: ROUTES,
    body: 'rubbish',
    contentType: 'text/plain',
  },
  {
    name: 'refuses an address that is none',
    method: 'POST',
    path: SERVICES,
    body: { ...service('spare'), spec: { clusterIP: '10.96.0.999' } },
  },
];

const weight = (index: number) => `/spec/http/1/route/${index}/weight`;

const patches: readonly ContractRequest[] = [
  {
    name: 'applies a JSON patch whose tests hold',
    method: 'PATCH',
    path: `${ROUTE}?fieldManager=fanari`,
    contentType: JSON_PATCH,
    body: [
      { op: 'test', path: weight(0), value: 90 },
      { op: 'replace', path: weight(0), value: 50 },
      { op: 'replace', path: weight(1), value: 50 },
    ],
    look: ({ body }) => body['spec'],
  },
  {
    name: 'refuses a JSON patch whose test fails',
    method: 'PATCH',
    path: ROUTE,
    contentType: JSON_PATCH,
    body: [{ op: 'test', path: weight(0), value: 1 }],
  },
  {
    name: 'refuses a test of what is not there',
    method: 'PATCH',
    path: ROUTE,
    contentType: JSON_PATCH,
    body: [{ op: 'test', path: '/spec/nothing', value: 1 }],
  },
  {
    name: 'refuses to replace what is not there',
    method: 'PATCH',
    path: ROUTE,
    contentType: JSON_PATCH,
    body: [{ op: 'replace', path: '/spec/tcp/0/route', value: [] }],
  },
  {
    name: 'refuses to remove what is not there',
    method: 'PATCH',
    path: ROUTE,
    contentType: JSON_PATCH,
    body: [{ op: 'remove', path: '/spec/tcp' }],
  },
  {
    name: 'refuses an operation that is none',
    method: 'PATCH',
    path: ROUTE,
    contentType: JSON_PATCH,
    body: [{ op: 'paint', path: '/spec' }],
  },
  {
    name: 'refuses a JSON patch that is no list',
    method: 'PATCH',
    path: ROUTE,
    contentType: JSON_PATCH,
    body: { op: 'test' },
  },
  {
    name: 'refuses a JSON patch that breaks the schema',
    method: 'PATCH',
    path: ROUTE,
    contentType: JSON_PATCH,
    body: [{ op: 'replace', path: weight(0), value: 'many' }],
  },
  {
    name: 'refuses a patch of what is not there',
    method: 'PATCH',
    path: `${ROUTE}-gone`,
    contentType: JSON_PATCH,
    body: [],
  },
  {
    name: 'refuses a strategic patch of a custom object',
    method: 'PATCH',
    path: ROUTE,
    contentType: STRATEGIC,
    body: {},
  },
  {
    name: 'refuses a type of patch that is none',
    method: 'PATCH',
    path: ROUTE,
    contentType: 'text/plain',
    body: {},
  },
  {
    name: 'applies a merge patch',
    method: 'PATCH',
    path: ROUTE,
    contentType: MERGE_PATCH,
    body: { metadata: { annotations: { note: null, more: 'x' } } },
    look: ({ body }) => (body['metadata'] as Entry)['annotations'],
  },
  {
    name: 'applies a strategic patch of a core kind',
    method: 'PATCH',
    path: SERVICE,
    contentType: STRATEGIC,
    body: {
      spec: {
        ports: [
          { port: 80, name: 'web' },
          { port: 81, name: 'more' },
        ],
      },
    },
    look: ({ body }) => (body['spec'] as Entry)['ports'],
  },
  {
    name: 'refuses a patch of another version of the object',
    method: 'PATCH',
    path: ROUTE,
    contentType: MERGE_PATCH,
    body: { metadata: { resourceVersion: '1' } },
  },
  {
    name: 'refuses a patch of another uid',
    method: 'PATCH',
    path: ROUTE,
    contentType: MERGE_PATCH,
    body: { metadata: { uid: '00000000-0000-0000-0000-000000000000' } },
  },
  {
    name: 'tells the manager of a patch',
    method: 'PATCH',
    path: `${ROUTE}?fieldManager=fanari`,
    contentType: JSON_PATCH,
    body: [{ op: 'replace', path: '/spec/hosts', value: ['a', 'b'] }],
    look: ({ body }) => (body['metadata'] as Entry)['managedFields'],
  },
  {
    name: 'refuses an apply that takes a field of another manager',
    method: 'PATCH',
    path: `${ROUTE}?fieldManager=other`,
    contentType: APPLY,
    body: virtualService([80, 20]),
  },
  {
    name: 'refuses an apply without a manager',
    method: 'PATCH',
    path: ROUTE,
    contentType: APPLY,
    body: virtualService([80, 20]),
  },
  {
    name: 'lets two managers own what they agree on',
    method: 'PATCH',
    path: `${ROUTE}?fieldManager=other`,
    contentType: APPLY,
    body: { ...virtualService(), spec: { hosts: ['reviews'] } },
    look: ({ body }) => (body['metadata'] as Entry)['managedFields'],
  },
];

const updates: readonly ContractRequest[] = [
  {
    name: 'refuses an update without a version',
    method: 'PUT',
    path: ROUTE,
    body: virtualService([1, 99]),
  },
  {
    name: 'refuses an update of an old version',
    method: 'PUT',
    path: ROUTE,
    body: {
      ...virtualService([1, 99]),
      metadata: { ...virtualService().metadata, resourceVersion: '1' },
    },
  },
  { name: 'refuses an update under another name', method: 'PUT', path: ROUTE, body: spare },
];

const deletions: readonly ContractRequest[] = [
  { name: 'deletes a custom object', method: 'DELETE', path: ROUTE },
  { name: 'deletes a core object', method: 'DELETE', path: SERVICE, look: withoutManagers },
  { name: 'deletes nothing in a dry run', method: 'DELETE', path: `${ROUTE}?dryRun=All` },
  { name: 'cannot delete what is not there', method: 'DELETE', path: `${ROUTE}-gone` },
  {
    name: 'deletes only the uid that was seen',
    method: 'DELETE',
    path: ROUTE,
    body: {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      preconditions: { uid: '00000000-0000-0000-0000-000000000000' },
    },
  },
];

const reviews: readonly ContractRequest[] = [
  {
    name: 'answers an access review',
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          namespace: SHOP,
          verb: 'patch',
          group: 'networking.istio.io',
          resource: 'virtualservices',
        },
      },
    },
    look: ({ body }) => (body['status'] as Entry)['allowed'],
  },
];

/** Everything that is asked of both. */
export const requests: readonly ContractRequest[] = [
  ...discovery,
  ...reads,
  ...creations,
  ...patches,
  ...updates,
  ...deletions,
  ...reviews,
];
