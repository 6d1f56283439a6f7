import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Fanari } from '@/server/fanari';
import { parseSettings } from '@/server/config';
import { getStatus } from '@/server/usecases/get-status';
import { kubectl, lintChart, renderChart, type ChartValues } from '@/tests/real/cluster/helm';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { writeKubeconfig } from '@/tests/real/cluster/kubeconfig';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import { namespace, service, SHOP, subsets, virtualService } from '@/tests/real/objects';
import { readAccess, writeAccess } from '@/tests/support/expected-access';
import {
  environmentOf,
  objectOf,
  parseManifest,
  podOf,
  type ManifestObject,
} from '@/tests/support/manifest';
import { until } from '@/tests/support/start-fanari';
import { ownView } from '@/tests/support/own-view';

const root = join(import.meta.dirname, '..', '..');
const ISTIO = 'istio-system';

const secret = (name: string) => ({ secretName: name, key: 'value' });

/** An installation by somebody who may make nothing outside one namespace. */
const LIMITED_ALONE = { namespaces: [SHOP], rbac: { meshConfig: false } };

/** Each way of installing that the chart offers. */
const flavours: readonly (readonly [string, ChartValues])[] = [
  ['viewer', {}],
  ['editor', { access: 'editor' }],
  ['viewer of two namespaces', { namespaces: ['shop', 'secret'] }],
  ['editor of one namespace', { access: 'editor', namespaces: ['shop'] }],
  ['one namespace, by somebody with no other rights', LIMITED_ALONE],
  ['editor behind a proxy', { access: 'editor', allowAnonymousWrites: true }],
  [
    'Ingress',
    {
      basePath: '/fanari',
      ingress: {
        enabled: true,
        className: 'nginx',
        hosts: ['mesh.example.org', 'fanari.example.org'],
        tls: [{ hosts: ['mesh.example.org'], secretName: 'certificate' }],
        annotations: { 'example.org/note': 'yes' },
      },
      allowedHosts: ['mesh.example.org'],
    },
  ],
  ['Ingress of every host', { ingress: { enabled: true } }],
  [
    'HTTPRoute',
    {
      httpRoute: { enabled: true, parentRefs: [{ name: 'web' }], hostnames: ['mesh.example.org'] },
    },
  ],
  ['closed network', { networkPolicy: { from: [], egress: { enabled: true } } }],
  ['open network', { networkPolicy: { enabled: false } }],
  ['dashboard', { dashboard: { enabled: true, annotations: { folder: 'Mesh' } } }],
  [
    'secrets',
    {
      prometheus: {
        url: 'https://metrics.example/prometheus',
        scope: 'cluster="prod", env=~"live|canary"',
        headers: { 'X-Scope-OrgID': 'team', 'X-Other': 'a b' },
        bearerToken: secret('a'),
        ca: secret('b'),
        secretHeaders: secret('e'),
      },
      jaeger: {
        url: 'https://traces.example',
        user: 'monitor',
        password: secret('c'),
        ca: secret('d'),
        clientCertificate: { secretName: 'f' },
      },
      imagePullSecrets: [{ name: 'registry' }],
    },
  ],
  ['logins by token', { auth: { strategy: 'token', viewOnly: true } }],
  [
    'logins at a provider that is not trusted',
    {
      auth: {
        strategy: 'openid',
        publicUrl: 'https://mesh.example.org',
        session: { keys: secret('g') },
        openid: {
          issuer: 'https://login.example.org/realms/mesh',
          clientId: 'fanari',
          clientSecret: secret('h'),
          ca: secret('i'),
          mode: 'impersonate',
          usernamePrefix: '-',
        },
        impersonation: { enabled: true, groups: ['mesh-readers'] },
      },
    },
  ],
  [
    'logins by a proxy',
    {
      auth: {
        strategy: 'header',
        trustedProxies: ['10.0.0.0/8', '2001:db8::/32'],
        header: { secret: secret('j') },
        impersonation: { enabled: true, users: ['alice'], groups: ['mesh-readers'] },
      },
    },
  ],
  [
    'nothing optional',
    {
      replicas: 1,
      prometheus: { url: '' },
      jaeger: { url: '' },
      networkPolicy: { enabled: false },
      podDisruptionBudget: { enabled: false },
      scrapeAnnotations: false,
      serviceAccount: { create: false, name: 'existing' },
      rbac: { create: false },
    },
  ],
  [
    'placed by hand',
    {
      image: { repository: 'registry.example.org/fanari', digest: `sha256:${'0'.repeat(64)}` },
      podLabels: { team: 'mesh' },
      podAnnotations: { note: 'yes' },
      priorityClassName: 'system-cluster-critical',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      topologySpreadConstraints: [
        {
          maxSkew: 2,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { team: 'mesh' } },
        },
      ],
      extraEnv: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=384' }],
    },
  ],
];

async function render(values: ChartValues, where?: Parameters<typeof renderChart>[1]) {
  const { code, output, errors } = await renderChart(values, where);
  if (code !== 0) throw new Error(errors);
  return output;
}

let cluster: RealCluster;
let admin: string;
const running: Fanari[] = [];

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  admin = cluster.kubeconfig('admin');
  const objects = [
    ...[namespace(ISTIO), namespace(), namespace('other'), namespace('secret')],
    ...[service('reviews'), service('hidden', 'secret'), subsets(), virtualService()],
  ];
  for (const object of objects) await cluster.admin.apply(object);
  const releases: Readonly<Record<string, ChartValues>> = {
    viewer: { access: 'viewer' },
    editor: { access: 'editor' },
    limited: { access: 'editor', namespaces: [SHOP, 'other'] },
    alone: LIMITED_ALONE,
  };
  for (const [release, values] of Object.entries(releases)) {
    const text = await render(values, { release, namespace: ISTIO });
    const { code, errors } = await kubectl(admin, ['apply', '-f', '-'], text);
    if (code !== 0) throw new Error(errors);
  }
});

afterAll(async () => {
  for (const fanari of running) fanari.stop();
  await cluster.stop();
});

describe.each(flavours)('%s', (_, values) => {
  test('passes helm lint', async () => {
    const { code, output, errors } = await lintChart(values);
    expect(code, output + errors).toBe(0);
  });

  test('is accepted by the API server, which knows each of its fields', async () => {
    const flags = ['apply', '--dry-run=server', '--validate=strict', '-f', '-'];
    const { code, errors } = await kubectl(admin, flags, await render(values));
    // Warnings of the API server, too, stand there.
    expect(errors).toBe('');
    expect(code).toBe(0);
  });

  test('sets nothing that the server does not know', async () => {
    const environment = environmentOf(podOf(parseManifest(await render(values))));
    expect(parseSettings([], environment)).toMatchObject({ ok: true });
  });
});

test('deploy/fanari.yaml is what the chart makes, and is accepted as it is', async () => {
  const check = spawnSync(process.execPath, ['scripts/manifest.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(check.stderr).toBe('');
  expect(check.status).toBe(0);
  const text = readFileSync(join(root, 'deploy', 'fanari.yaml'), 'utf8');
  const flags = ['apply', '--dry-run=server', '--validate=strict', '-f', '-'];
  expect(await kubectl(admin, flags, text)).toMatchObject({ code: 0, errors: '' });
});

test('a ServiceMonitor scrapes the port of the Service, and of no other', async () => {
  // The Prometheus Operator's kinds are not served here.
  const values = { serviceMonitor: { enabled: true, labels: { release: 'monitoring' } } };
  const objects = parseManifest(await render(values));
  const { labels } = objectOf(objects, 'ServiceMonitor').metadata;
  expect(labels).toMatchObject({ release: 'monitoring' });
  const monitor = objectOf(objects, 'ServiceMonitor').spec as {
    readonly selector: { readonly matchLabels: object };
    readonly endpoints: readonly { readonly port: string; readonly path: string }[];
    readonly namespaceSelector: unknown;
  };
  const target = objectOf(objects, 'Service');
  expect(target.metadata.labels).toMatchObject(monitor.selector.matchLabels);
  expect(target.spec).toMatchObject({ ports: [{ name: monitor.endpoints[0]?.port }] });
  expect(monitor.endpoints[0]?.path).toBe('/metrics');
  expect(monitor.namespaceSelector).toEqual({ matchNames: [ISTIO] });
});

test('two releases of one name in two namespaces share no object', async () => {
  const keyOf = ({ kind, metadata }: ManifestObject) =>
    `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
  const keys = async (where: string) =>
    parseManifest(await render({ access: 'editor' }, { release: 'fanari', namespace: where })).map(
      keyOf,
    );
  const [first, second] = [await keys('one'), await keys('two')];
  expect(first.filter((key) => second.includes(key))).toEqual([]);
});

test.each([
  ['a value that is not there', { replica: 3 }, /replica/],
  ['writes of an account that may not write', { allowAnonymousWrites: true }, /access: editor/],
  ['a time without a unit', { refresh: '15' }, /refresh/],
  ['a route to no gateway', { httpRoute: { enabled: true } }, /parentRefs/],
  ['an account without a name', { serviceAccount: { create: false } }, /serviceAccount\.name/],
])('%s is refused by helm, saying why', async (_, values, reason) => {
  const { code, errors } = await renderChart(values);
  expect(code).not.toBe(0);
  expect(errors).toMatch(reason);
});

/** What the API server says of what an account may do (SubjectAccessReview). */
async function isAllowed(account: string, access: string, where: string): Promise<boolean> {
  const [path = '', verb] = access.split(' ');
  const [group, resource] = path.split('/');
  const { body, text } = await cluster.admin.call(
    'POST',
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: `system:serviceaccount:${ISTIO}:${account}`,
        groups: ['system:serviceaccounts', 'system:authenticated'],
        resourceAttributes: { group, resource, verb, namespace: where },
      },
    },
  );
  const { allowed } = (body['status'] ?? {}) as { readonly allowed?: boolean };
  if (allowed === undefined) throw new Error(text);
  return allowed;
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

describe.each([
  ['viewer-fanari', readAccess()],
  ['editor-fanari', [...new Set([...readAccess(), ...writeAccess()])].sort()],
])('ServiceAccount %s', (account, expected) => {
  test('may do to the kinds of Fanari what Fanari does, and nothing else', async () => {
    const used = [...readAccess(), ...writeAccess()];
    const resources = [...new Set(used.map((access) => access.split(' ')[0] ?? ''))];
    const asked = resources.flatMap((path) => VERBS.map((verb) => `${path} ${verb}`));
    const allowed: string[] = [];
    for (const access of asked) {
      if (await isAllowed(account, access, SHOP)) allowed.push(access);
    }
    expect(allowed.sort()).toEqual(expected);
  });

  test('may not read secrets, run or enter pods, lend accounts, nor give itself more', async () => {
    const forbidden = [
      ...VERBS.map((verb) => `/secrets ${verb}`),
      ...VERBS.map((verb) => `rbac.authorization.k8s.io/clusterroles ${verb}`),
      'rbac.authorization.k8s.io/clusterroles escalate',
      'rbac.authorization.k8s.io/clusterroles bind',
      '/serviceaccounts impersonate',
      '/users impersonate',
      '/pods/exec create',
      '/pods/log get',
      '/pods/portforward create',
      '/serviceaccounts/token create',
      '/configmaps list',
      '/nodes list',
    ];
    for (const access of forbidden) {
      for (const where of ['', SHOP, ISTIO]) {
        expect(await isAllowed(account, access, where), `${access} in "${where}"`).toBe(false);
      }
    }
  });

  test('is told the same by kubectl auth can-i', async () => {
    const as = `--as=system:serviceaccount:${ISTIO}:${account}`;
    const ask = async (...words: string[]) =>
      (await kubectl(admin, ['auth', 'can-i', as, ...words])).output.trim();
    const isEditor = account.startsWith('editor');
    expect(await ask('list', 'pods', '--all-namespaces')).toBe('yes');
    expect(await ask('watch', 'virtualservices.networking.istio.io', '-n', SHOP)).toBe('yes');
    expect(await ask('patch', 'virtualservices.networking.istio.io', '-n', SHOP)).toBe(
      isEditor ? 'yes' : 'no',
    );
    expect(await ask('patch', 'peerauthentications.security.istio.io', '-n', SHOP)).toBe('no');
    expect(await ask('get', 'secrets', '--all-namespaces')).toBe('no');
  });

  test('is enough for Fanari: it sees the whole mesh, with the mesh configuration and no gap', async () => {
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio' } };
    const mesh = { ...config, data: { mesh: 'rootNamespace: the-root\n' } };
    const flags = ['apply', '-n', ISTIO, '-f', '-'];
    expect((await kubectl(admin, flags, stringify(mesh))).code).toBe(0);
    const { output, code } = await kubectl(admin, ['create', 'token', account, '-n', ISTIO]);
    expect(code).toBe(0);
    const { url, caFile, folder } = cluster;
    const file = join(folder, `${account}.kubeconfig`);
    const access = { url, caFile, token: output.trim(), namespace: null };
    const fanari = startFanariOn(writeKubeconfig(file, access));
    running.push(fanari);
    const { cluster: source } = ownView(fanari).sources;
    await until('a good state', () => source.state().state === 'ok');
    await until('the mesh configuration', () => {
      return source.topology().mesh.rootNamespace === 'the-root';
    });
    expect(source.gaps()).toEqual([]);
    expect(source.topology().services.has(`${SHOP}/reviews`)).toBe(true);
    const { signal } = new AbortController();
    const status = await getStatus(ownView(fanari).sources, fanari.publicSettings, { signal });
    const isEditor = account.startsWith('editor');
    expect(new Set(status.permissions.map(({ allowed }) => allowed))).toEqual(new Set([isEditor]));
  });
});

describe('a release for some namespaces', () => {
  test('makes no object for the whole cluster, and none beyond its namespaces', async () => {
    const placesOf = async (values: ChartValues) => {
      const objects = parseManifest(await render(values, { release: 'x', namespace: 'tools' }));
      expect(objects.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
      return [...new Set(objects.map(({ metadata }) => metadata.namespace))].sort();
    };
    expect(await placesOf({ namespaces: [SHOP, 'other'] })).toEqual([
      ISTIO,
      'other',
      SHOP,
      'tools',
    ]);
    expect(await placesOf(LIMITED_ALONE)).toEqual([SHOP, 'tools']);
  });

  test('gives its account in them what Fanari does there, and nothing elsewhere', async () => {
    const expected = [
      ...new Set([...readAccess('namespaced'), ...writeAccess(), '/namespaces get']),
    ].sort();
    const known = [...readAccess(), ...writeAccess()];
    const resources = [...new Set(known.map((access) => access.split(' ')[0] ?? ''))];
    const asked = resources.flatMap((path) => VERBS.map((verb) => `${path} ${verb}`));
    const allowedIn = async (where: string) => {
      const allowed: string[] = [];
      for (const access of asked)
        if (await isAllowed('limited-fanari', access, where)) allowed.push(access);
      return allowed.sort();
    };
    expect(await allowedIn(SHOP)).toEqual(expected);
    expect(await allowedIn('other')).toEqual(expected);
    expect(await allowedIn('secret')).toEqual([]);
    expect(await allowedIn('')).toEqual([]);
    const meshWide = await allowedIn(ISTIO);
    expect(meshWide.length).toBeGreaterThan(10);
    expect(meshWide.every((access) => / (get|list|watch)$/.test(access))).toBe(true);
    expect(meshWide.some((access) => access.startsWith('/'))).toBe(false);
  });

  const startLimited = async (account: string, namespaces: string) => {
    const { output } = await kubectl(admin, ['create', 'token', account, '-n', ISTIO]);
    const { url, caFile, folder } = cluster;
    const access = { url, caFile, token: output.trim(), namespace: null };
    const file = writeKubeconfig(join(folder, `${account}.kubeconfig`), access);
    const fanari = startFanariOn(file, ['--namespaces', namespaces]);
    running.push(fanari);
    const { cluster: source } = ownView(fanari).sources;
    await until('the first picture', () => source.isSynced() && source.topology().revision > 0);
    return fanari;
  };

  test('is enough for Fanari: it sees them with their labels and the mesh, may write there, and has no gap', async () => {
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio' } };
    const mesh = { ...config, data: { mesh: 'rootNamespace: the-root\n' } };
    const flags = ['apply', '-n', ISTIO, '-f', '-'];
    expect((await kubectl(admin, flags, stringify(mesh))).code).toBe(0);
    const labels = { 'istio-injection': 'enabled' };
    await cluster.admin.apply({ ...namespace(), metadata: { name: SHOP, labels } });
    const fanari = await startLimited('limited-fanari', `${SHOP},other`);
    const { cluster: source } = ownView(fanari).sources;
    await until('the mesh configuration', () => {
      return source.topology().mesh.rootNamespace === 'the-root';
    });
    expect(source.gaps()).toEqual([]);
    expect(source.state().state).toBe('ok');
    expect([...source.topology().services.keys()]).toEqual([`${SHOP}/reviews`]);
    const { signal } = new AbortController();
    const status = await getStatus(ownView(fanari).sources, fanari.publicSettings, { signal });
    expect(status.namespaces).toMatchObject([
      { name: 'other', injected: false },
      { name: SHOP, injected: true, services: 1 },
    ]);
    expect(new Set(status.permissions.map(({ allowed }) => allowed))).toEqual(new Set([true]));
    await cluster.admin.apply(service('later', 'other'));
    await until('the watch', () => source.topology().services.has('other/later'));
  });

  test('without a right in the Istio namespace has that one gap, and no name of what it may not see', async () => {
    const fanari = await startLimited('alone-fanari', SHOP);
    const { cluster: source } = ownView(fanari).sources;
    expect(source.gaps()).toMatchObject([{ kind: 'forbidden', what: 'mesh-wide configuration' }]);
    expect([...source.topology().services.keys()]).toEqual([`${SHOP}/reviews`]);
    expect(JSON.stringify(source.gaps())).not.toMatch(/hidden|secret|alone-fanari/);
  });
});
