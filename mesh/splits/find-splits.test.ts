import { describe, expect, test } from 'vitest';
import { findSplits } from '@/mesh/splits/find-splits';
import {
  aConfigObject,
  aDestinationRule,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
  anHttpRoute,
} from '@/mesh/testing/topology-builders';
import { aRequest, aSnapshot, aTcp } from '@/mesh/testing/telemetry-builders';
import type { ConfigObject, ObjectMeta } from '@/mesh/topology/object';
import type { JsonObject } from '@/mesh/json';
import type { RequestSample, TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { TrafficSplit } from '@/mesh/splits/split';
import type { TopologyParts } from '@/mesh/testing/topology-builders';

const PAGE = 'bookinfo/productpage-v1';
const GATEWAY = 'istio-ingress/gateway';

const base: TopologyParts = {
  workloads: [
    aWorkload('istio-ingress', 'gateway', { proxy: 'gateway', labels: { istio: 'ingress' } }),
    aWorkload('bookinfo', 'productpage-v1'),
    aWorkload('bookinfo', 'reviews-v1'),
    aWorkload('bookinfo', 'reviews-v2'),
    aWorkload('bookinfo', 'reviews-v3'),
  ],
  services: [
    aService('bookinfo', 'reviews'),
    ...['v1', 'v2'].map((version) =>
      aService('bookinfo', `reviews-${version}`, { selector: { app: 'reviews', version } }),
    ),
  ],
};

const subsets = aDestinationRule('bookinfo', 'reviews', {
  host: 'reviews',
  subsets: ['v1', 'v2', 'v3'].map((version) => ({ name: version, labels: { version } })),
});

function route(
  weights: Readonly<Record<string, number | null>>,
  extra: JsonObject = {},
): JsonObject {
  return {
    ...extra,
    route: Object.entries(weights).map(([subset, weight]) => ({
      destination: { host: 'reviews', subset },
      ...(weight === null ? {} : { weight }),
    })),
  };
}

function reviews(
  rules: readonly JsonObject[],
  meta: Partial<ObjectMeta> = {},
  spec: JsonObject = {},
): ConfigObject {
  return aVirtualService(
    'bookinfo',
    meta.name ?? 'reviews',
    { hosts: ['reviews'], http: [...rules], ...spec },
    meta,
  );
}

function find(
  config: readonly ConfigObject[],
  telemetry: Partial<TelemetrySnapshot> | null = null,
  parts = base,
): readonly TrafficSplit[] {
  return findSplits({
    topology: aTopology({ ...parts, config }),
    telemetry: telemetry === null ? null : aSnapshot(telemetry),
  });
}

function only(splits: readonly TrafficSplit[]): TrafficSplit {
  const [first, ...more] = splits;
  if (first === undefined || more.length > 0)
    throw new Error(`expected one split, got ${splits.length}`);
  return first;
}

function calls(v1: number, v2: number, from = PAGE): readonly RequestSample[] {
  return [
    aRequest('source', from, 'bookinfo/reviews-v1', 'reviews.bookinfo', v1),
    aRequest('source', from, 'bookinfo/reviews-v2', 'reviews.bookinfo', v2),
  ];
}

const rulesOf = (split: TrafficSplit) => split.warnings.map(({ rule }) => rule);

describe('what is read', () => {
  test('a VirtualService split names hosts, destinations, weights and workloads', () => {
    const split = only(find([reviews([route({ v1: 90, v2: 10 })]), subsets]));
    expect(split).toMatchObject({
      id: 'VirtualService/bookinfo/reviews/spec/http/0',
      rulePointer: '/spec/http/0',
      hosts: ['reviews.bookinfo.svc.cluster.local'],
      parents: ['mesh'],
      handleHost: 'reviews.bookinfo.svc.cluster.local',
      matches: [],
      totalWeight: 100,
    });
    expect(split.destinations[1]).toMatchObject({
      label: 'v2',
      weight: 10,
      share: 0.1,
      workloads: ['bookinfo/reviews-v2'],
      readyPods: 1,
    });
  });

  test('weights are relative, whatever they total', () => {
    const split = only(find([reviews([route({ v1: 3, v2: 1 })]), subsets]));
    expect(split.destinations.map(({ share }) => share)).toEqual([0.75, 0.25]);
    expect(rulesOf(split)).toEqual([]);
  });

  test('absent weights count 0 in Istio, 100 for a lone destination, and 1 in Gateway API', () => {
    const several = only(find([reviews([route({ v1: 5, v2: null })]), subsets]));
    expect(several.destinations.map(({ effectiveWeight }) => effectiveWeight)).toEqual([5, 0]);
    const lone = only(find([reviews([route({ v1: null })]), subsets]));
    expect(lone.destinations[0]).toMatchObject({ weight: null, effectiveWeight: 100, share: 1 });
    const gateway = only(
      find([
        anHttpRoute('bookinfo', 'r', {
          parentRefs: [{ kind: 'Service', group: '', name: 'reviews' }],
          rules: [{ backendRefs: [{ name: 'reviews-v1' }, { name: 'reviews-v2', weight: 3 }] }],
        }),
      ]),
    );
    expect(gateway.destinations.map(({ share }) => share)).toEqual([0.25, 0.75]);
    expect(gateway).toMatchObject({
      handleHost: 'reviews.bookinfo.svc.cluster.local',
      parents: ['mesh'],
    });
  });

  test('every rule of every protocol is read, with its matches in words', () => {
    const splits = find([
      reviews(
        [
          route(
            { v2: 100 },
            { match: [{ headers: { 'end-user': { exact: 'jason' } } }], name: 'jason' },
          ),
          route({ v1: 50, v3: 50 }),
        ],
        {},
        {
          tls: [route({ v1: 1 }, { match: [{ sniHosts: ['a.test'] }] })],
          tcp: [route({ v1: 1 }, { match: [{ port: 9000 }] })],
        },
      ),
      subsets,
    ]);
    expect(splits.map(({ rulePointer, matches }) => [rulePointer, matches])).toEqual([
      ['/spec/http/0', ['header end-user = jason']],
      ['/spec/http/1', []],
      ['/spec/tls/0', ['SNI a.test']],
      ['/spec/tcp/0', ['port 9000']],
    ]);
    expect(splits[0]).toMatchObject({ ruleName: 'jason', ruleIndex: 0, ruleCount: 2 });
  });

  test('mirrors are read in both spellings', () => {
    const rule = route(
      { v1: 100 },
      { mirror: { host: 'reviews', subset: 'v3' }, mirrorPercentage: { value: 25 } },
    );
    expect(only(find([reviews([rule]), subsets])).mirrors).toEqual([
      { host: 'reviews', subset: 'v3', percent: 25 },
    ]);
    const many = route(
      { v1: 100 },
      { mirrors: [{ destination: { host: 'reviews', subset: 'v2' } }] },
    );
    expect(only(find([reviews([many]), subsets])).mirrors).toEqual([
      { host: 'reviews', subset: 'v2', percent: 100 },
    ]);
  });

  test('a gateway route has its handle on the Service in front of its backends', () => {
    const split = only(
      find([
        anHttpRoute('bookinfo', 'r', {
          parentRefs: [{ name: 'gw', namespace: 'istio-ingress' }],
          hostnames: ['shop.example'],
          rules: [{ backendRefs: [{ name: 'reviews-v1' }, { name: 'reviews-v2' }] }],
        }),
      ]),
    );
    expect(split).toMatchObject({
      parents: ['istio-ingress/gw'],
      hosts: ['shop.example'],
      handleHost: 'reviews.bookinfo.svc.cluster.local',
    });
  });

  test('a delegate speaks for the hosts and gateways of its root', () => {
    const root = aVirtualService('istio-ingress', 'root', {
      hosts: ['shop.example'],
      gateways: ['gw'],
      http: [{ delegate: { name: 'reviews', namespace: 'bookinfo' } }],
    });
    const leaf = aVirtualService('bookinfo', 'reviews', { http: [route({ v1: 1, v2: 1 })] });
    expect(only(find([root, leaf, subsets]))).toMatchObject({
      hosts: ['shop.example'],
      parents: ['istio-ingress/gw'],
      handleHost: 'reviews.bookinfo.svc.cluster.local',
    });
  });
});

describe('what is observed', () => {
  const config = [reviews([route({ v1: 90, v2: 10 })]), subsets];

  test('shares within the sampling error agree', () => {
    const split = only(find(config, { requests: calls(9.1, 0.9) }));
    expect(split.destinations.map(({ observedPerSecond }) => observedPerSecond)).toEqual([
      9.1, 0.9,
    ]);
    expect(split.agreement).toBe('agrees');
  });

  test('shares beyond it differ, and the reason names both', () => {
    const split = only(find(config, { requests: calls(5, 5) }));
    expect(split.agreement).toBe('differs');
    expect(split.agreementReason).toContain('50 %');
    expect(split.agreementReason).toContain('90 %');
  });

  test('a few requests decide nothing', () => {
    expect(only(find(config, { requests: calls(0.1, 0.1) })).agreement).toBe('unknown');
  });

  test('a destination with weight 0 that still gets traffic differs', () => {
    const split = only(
      find([reviews([route({ v1: 100, v2: 0 })]), subsets], { requests: calls(9, 1) }),
    );
    expect(split.agreement).toBe('differs');
  });

  test('measured zero is zero, and without metrics nothing is observed', () => {
    expect(only(find(config, { requests: [] })).destinations[0]).toMatchObject({
      observedPerSecond: 0,
      observedShare: null,
    });
    expect(only(find(config)).destinations[0]).toMatchObject({
      observedPerSecond: null,
      observedShare: null,
    });
    expect(only(find(config)).agreement).toBe('unknown');
  });

  test('what only one of two rules can have sent is told, the rest is not, and the totals are', () => {
    const jason = { match: [{ headers: { 'end-user': { exact: 'jason' } } }] };
    const [first, second] = find(
      [reviews([route({ v2: 100 }, jason), route({ v1: 90, v2: 10 })]), subsets],
      { requests: calls(9, 1) },
    );
    // v1 got 9/s, and only the second rule sends there; the 1/s of v2 may be of either.
    expect(first?.destinations.map(({ observedPerSecond }) => observedPerSecond)).toEqual([null]);
    expect(second?.destinations.map(({ observedPerSecond }) => observedPerSecond)).toEqual([
      9,
      null,
    ]);
    expect(second?.destinations.map(({ observedShare }) => observedShare)).toEqual([null, null]);
    expect(second).toMatchObject({ agreement: 'unknown' });
    expect(second?.agreementReason).toContain('which rule');
    expect(second?.agreementReason).toContain('v1 9/s, v2 1/s');
  });

  test('rules with the same weights are compared together', () => {
    const jason = { match: [{ headers: { 'end-user': { exact: 'jason' } } }] };
    const config = [reviews([route({ v1: 9, v2: 1 }, jason), route({ v1: 90, v2: 10 })]), subsets];
    // 27 and 3 of 30: whatever part was jason's, both together must show 90 to 10.
    for (const split of find(config, { requests: calls(27, 3) })) {
      expect(split.agreement).toBe('agrees');
      expect(split.destinations.map(({ observedShare }) => observedShare)).toEqual([0.9, 0.1]);
      expect(split.destinations[0]?.observedPerSecond).toBeNull();
      expect(split.agreementReason).toContain('number');
    }
    const [, differs] = find(config, { requests: calls(15, 15) });
    expect(differs?.agreement).toBe('differs');
  });

  test('rules for clients of other labels or namespaces are told apart by the client', () => {
    const parts = {
      ...base,
      workloads: [...(base.workloads ?? []), aWorkload('shop', 'web'), aWorkload('shop', 'batch')],
    };
    const rules = [
      route({ v2: 100 }, { match: [{ sourceLabels: { app: 'batch' } }] }),
      route({ v1: 50, v2: 50 }, { match: [{ sourceNamespace: 'shop' }] }),
      route({ v1: 90, v2: 10 }),
    ];
    const requests = [...calls(0, 7, 'shop/batch'), ...calls(4, 4, 'shop/web'), ...calls(9, 1)];
    const splits = find([reviews(rules), subsets], { requests }, parts);
    // batch stands in shop too, but the first rule takes all of its requests.
    expect(
      splits.map(({ destinations }) => destinations.map((one) => one.observedPerSecond)),
    ).toEqual([[7], [4, 4], [9, 1]]);
    expect(splits[1]?.agreement).toBe('agrees');
    expect(splits[2]?.agreement).toBe('agrees');
  });

  test('rules of two gateways and of the mesh are told apart by who asks', () => {
    const parts = {
      ...base,
      workloads: [
        ...(base.workloads ?? []),
        aWorkload('istio-ingress', 'partners', { proxy: 'gateway', labels: { istio: 'partners' } }),
      ],
    };
    const gateway = (name: string, istio: string) =>
      aConfigObject('networking.istio.io/Gateway', 'bookinfo', name, { selector: { istio } });
    const bound = (name: string, weights: Readonly<Record<string, number>>) =>
      reviews([route(weights)], { name }, { hosts: ['shop.example'], gateways: [name] });
    const splits = find(
      [
        bound('public', { v1: 90, v2: 10 }),
        bound('partners', { v1: 50, v2: 50 }),
        reviews([route({ v1: 100, v2: 0 })], { name: 'zmesh' }),
        gateway('public', 'ingress'),
        gateway('partners', 'partners'),
        subsets,
      ],
      {
        requests: [
          ...calls(18, 2, GATEWAY),
          ...calls(5, 5, 'istio-ingress/partners'),
          ...calls(8, 0),
        ],
      },
      parts,
    );
    const rates = splits.map(({ object, destinations }) => [
      object.name,
      destinations.map((one) => one.observedPerSecond),
    ]);
    expect(rates).toEqual([
      ['partners', [5, 5]],
      ['public', [18, 2]],
      ['zmesh', [8, 0]],
    ]);
    for (const split of splits) expect(split.agreement).toBe('agrees');
  });

  test('matches on gateways tell the rules of one VirtualService apart', () => {
    const gateway = aConfigObject('networking.istio.io/Gateway', 'bookinfo', 'gw', {
      selector: { istio: 'ingress' },
    });
    const rules = [
      route({ v1: 50, v2: 50 }, { match: [{ gateways: ['gw'] }] }),
      route({ v1: 100, v2: 0 }, { match: [{ gateways: ['mesh'] }] }),
    ];
    const split = reviews(rules, {}, { gateways: ['gw', 'mesh'] });
    const requests = [...calls(6, 6, GATEWAY), ...calls(8, 0)];
    expect(
      find([split, gateway, subsets], { requests }).map(({ destinations }) =>
        destinations.map((one) => one.observedPerSecond),
      ),
    ).toEqual([
      [6, 6],
      [8, 0],
    ]);
  });

  test('a rule that reaches the same workloads by another host is told apart by the host', () => {
    const byService = anHttpRoute('bookinfo', 'r', {
      parentRefs: [{ kind: 'Service', group: '', name: 'front' }],
      rules: [{ backendRefs: [{ name: 'reviews-v1' }, { name: 'reviews-v2' }] }],
    });
    const parts = { ...base, services: [...(base.services ?? []), aService('bookinfo', 'front')] };
    const requests = [
      ...calls(9, 1),
      aRequest('source', PAGE, 'bookinfo/reviews-v1', 'reviews-v1.bookinfo', 5),
      aRequest('source', PAGE, 'bookinfo/reviews-v2', 'reviews-v2.bookinfo', 5),
    ];
    const splits = find(
      [reviews([route({ v1: 90, v2: 10 })]), byService, subsets],
      { requests },
      parts,
    );
    for (const split of splits) expect(split.agreement).toBe('agrees');
    expect(splits[0]?.destinations[0]?.observedPerSecond).toBe(5);
  });

  test('a route for another host to the same workloads is a rival, wherever its handle is', () => {
    const alias = aVirtualService('bookinfo', 'alias', {
      hosts: ['front'],
      http: [route({ v1: 10, v2: 90 })],
    });
    const parts = { ...base, services: [...(base.services ?? []), aService('bookinfo', 'front')] };
    const splits = find(
      [reviews([route({ v1: 90, v2: 10 })]), alias, subsets],
      { requests: calls(5, 5) },
      parts,
    );
    for (const split of splits) {
      expect(split.agreement).toBe('unknown');
      expect(split.agreementReason).toContain('VirtualService');
    }
  });

  test('connections that no series counts are unknown, not zero', () => {
    const tcpRoute = aVirtualService('bookinfo', 'reviews', {
      hosts: ['reviews'],
      tcp: [route({ v1: 50, v2: 50 })],
    });
    const tcp = ['v1', 'v2'].map((version) =>
      aTcp('source', PAGE, `bookinfo/reviews-${version}`, 'reviews.bookinfo', 2, {
        connectionsPerSecond: null,
      }),
    );
    const split = only(find([tcpRoute, subsets], { tcp }));
    expect(split.agreement).toBe('unknown');
    expect(split.destinations[0]?.observedPerSecond).toBeNull();
  });

  test('rules that reach different workloads are told apart', () => {
    const jason = { match: [{ headers: { 'end-user': { exact: 'jason' } } }] };
    const splits = find(
      [reviews([route({ v3: 100 }, jason), route({ v1: 90, v2: 10 })]), subsets],
      { requests: calls(9, 1) },
    );
    expect(splits[1]?.agreement).toBe('agrees');
  });

  test('copies that mirroring sends are not counted', () => {
    const requests = [
      ...calls(9, 1),
      aRequest('destination', 'bookinfo/reviews-v3', 'bookinfo/reviews-v2', 'reviews.bookinfo', 50),
    ];
    expect(only(find(config, { requests })).destinations[1]?.observedPerSecond).toBe(1);
  });

  test('gateways do not obey mesh routes, nor sidecars a gateway route', () => {
    const requests = [...calls(9, 1), ...calls(0, 40, GATEWAY)];
    expect(only(find(config, { requests })).agreement).toBe('agrees');
    const gateway = aConfigObject('networking.istio.io/Gateway', 'bookinfo', 'gw', {
      selector: { istio: 'ingress' },
    });
    const bound = reviews([route({ v1: 90, v2: 10 })], {}, { gateways: ['gw'] });
    const split = only(find([bound, subsets, gateway], { requests }));
    expect(split.destinations.map(({ observedPerSecond }) => observedPerSecond)).toEqual([0, 40]);
  });

  test('a backend that metrics name by its own host is observed', () => {
    const gamma = anHttpRoute('bookinfo', 'r', {
      parentRefs: [{ kind: 'Service', group: '', name: 'reviews' }],
      rules: [{ backendRefs: [{ name: 'reviews-v1' }, { name: 'reviews-v2' }] }],
    });
    const requests = [
      aRequest('source', PAGE, 'bookinfo/reviews-v1', 'reviews-v1.bookinfo', 5),
      aRequest('source', PAGE, 'bookinfo/reviews-v2', 'reviews-v2.bookinfo', 5),
    ];
    expect(only(find([gamma], { requests })).agreement).toBe('agrees');
  });

  test('TCP is observed by connections', () => {
    const tcpRoute = aVirtualService('bookinfo', 'reviews', {
      hosts: ['reviews'],
      tcp: [route({ v1: 50, v2: 50 })],
    });
    const tcp = [
      aTcp('source', PAGE, 'bookinfo/reviews-v1', 'reviews.bookinfo', 2),
      aTcp('source', PAGE, 'bookinfo/reviews-v2', 'reviews.bookinfo', 2),
    ];
    expect(only(find([tcpRoute, subsets], { tcp }))).toMatchObject({
      protocol: 'tcp',
      agreement: 'agrees',
    });
  });
});

describe('warnings', () => {
  const warned = (meta: Partial<ObjectMeta>, more: readonly ConfigObject[] = []) =>
    only(find([reviews([route({ v1: 90, v2: 10 })], meta), subsets, ...more]));
  const manager = (name: string) => ({
    managers: [{ manager: name, operation: 'Update', subresource: '', timeMs: null }],
  });

  test.each([
    [
      'an owner reference',
      {
        owners: [
          { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'reviews', controller: true },
        ],
      },
      [],
    ],
    ['managed fields', manager('flagger'), []],
    [
      'a Canary of that name',
      {},
      [
        aConfigObject('flagger.app/Canary', 'bookinfo', 'reviews', {
          targetRef: { name: 'reviews' },
        }),
      ],
    ],
    [
      'a Canary for that service',
      {},
      [
        aConfigObject('flagger.app/Canary', 'bookinfo', 'x', {
          targetRef: { name: 'y' },
          service: { name: 'reviews' },
        }),
      ],
    ],
  ] as const)('Flagger blocks, known by %s', (_, meta, more) => {
    expect(warned(meta, more).warnings).toMatchObject([{ rule: 'owned-by-flagger', blocks: true }]);
  });

  test('a Canary of another namespace is nobody', () => {
    const canary = aConfigObject('flagger.app/Canary', 'other', 'reviews', {
      targetRef: { name: 'reviews' },
    });
    expect(warned({}, [canary]).warnings).toEqual([]);
  });

  const rollout = (routing: JsonObject, more: JsonObject = {}) =>
    aConfigObject('argoproj.io/Rollout', 'bookinfo', 'reviews', {
      strategy: { canary: { trafficRouting: routing, ...more } },
    });

  test('Argo Rollouts blocks the rules that it names, and no others', () => {
    const owner = rollout({ istio: { virtualService: { name: 'reviews', routes: ['primary'] } } });
    const jason = { name: 'jason', match: [{ uri: { exact: '/j' } }] };
    const splits = find([
      reviews([route({ v3: 1, v2: 1 }, jason), route({ v1: 90, v2: 10 }, { name: 'primary' })]),
      subsets,
      owner,
    ]);
    expect(splits.map(rulesOf)).toEqual([[], ['owned-by-argo-rollouts']]);
    expect(splits[1]?.warnings[0]).toMatchObject({ blocks: true, object: { kind: 'Rollout' } });
  });

  test('Argo Rollouts owns the only rule of a VirtualService that it names', () => {
    const owner = rollout({ istio: { virtualService: { name: 'reviews' } } });
    expect(rulesOf(warned({}, [owner]))).toEqual(['owned-by-argo-rollouts']);
  });

  test('the Gateway API plugin owns rules with both of its Services', () => {
    const owner = rollout(
      { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'r', namespace: 'bookinfo' } } },
      { stableService: 'reviews-v1', canaryService: 'reviews-v2' },
    );
    const http = anHttpRoute('bookinfo', 'r', {
      parentRefs: [{ kind: 'Service', group: '', name: 'reviews' }],
      rules: [
        {
          backendRefs: [
            { name: 'reviews-v1', weight: 60 },
            { name: 'reviews-v2', weight: 60 },
          ],
        },
      ],
    });
    expect(rulesOf(only(find([http, owner])))).toEqual([
      'owned-by-argo-rollouts',
      'weights-not-100',
    ]);
  });

  test.each([
    [
      'owned-by-argo-cd',
      {
        annotations: {
          'argocd.argoproj.io/tracking-id':
            'shop:networking.istio.io/VirtualService:bookinfo/reviews',
        },
      },
    ],
    ['owned-by-argo-cd', manager('argocd-controller')],
    ['owned-by-flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }],
    ['owned-by-flux', manager('kustomize-controller')],
    ['owned-by-helm', { annotations: { 'meta.helm.sh/release-name': 'reviews' } }],
    ['owned-by-helm', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
  ] as const)('%s warns and does not block', (rule, meta) => {
    expect(warned(meta).warnings).toMatchObject([{ rule, blocks: false }]);
  });

  test('Flux that was told to leave the object alone is no warning', () => {
    const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps' };
    const annotations = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };
    expect(warned({ labels, annotations }).warnings).toEqual([]);
  });

  test('missing endpoints, subset and service are told apart', () => {
    const parts = {
      ...base,
      workloads: [
        ...(base.workloads ?? []).filter(({ name }) => name !== 'reviews-v2'),
        aWorkload('bookinfo', 'reviews-v2', { readyPods: 0 }),
      ],
    };
    const rule = route({ v1: 1, v2: 1, v9: 1 });
    const destinations = [
      ...(rule['route'] as JsonObject[]),
      { destination: { host: 'nowhere' }, weight: 1 },
    ];
    const split = only(find([reviews([{ route: destinations }]), subsets], null, parts));
    expect(rulesOf(split)).toEqual(['no-endpoints', 'subset-not-defined', 'service-not-found']);
  });

  test('all weights zero is a warning, and has no shares', () => {
    const split = only(find([reviews([route({ v1: 0, v2: 0 })]), subsets]));
    expect(rulesOf(split)).toEqual(['all-weights-zero']);
    expect(split.destinations[0]?.share).toBeNull();
  });

  test('a younger VirtualService for the same host is shadowed, and so is a rule behind a catch-all', () => {
    const old = reviews([route({ v1: 1 })], { name: 'old', createdAtMs: 1 });
    const young = reviews([route({ v1: 1, v2: 1 })], { name: 'young', createdAtMs: 2 });
    expect(find([young, old, subsets]).map((split) => [split.object.name, rulesOf(split)])).toEqual(
      [
        ['old', []],
        ['young', ['shadowed-by-other-route']],
      ],
    );
    const behind = find([reviews([route({ v1: 1 }), route({ v2: 1 })]), subsets]);
    expect(behind.map(rulesOf)).toEqual([[], ['shadowed-by-other-route']]);
  });

  test('a route for one namespace only does not shadow that for all', () => {
    const own = reviews([route({ v1: 1 })], { name: 'own', createdAtMs: 1 }, { exportTo: ['.'] });
    const all = reviews([route({ v1: 1, v2: 1 })], { name: 'all', createdAtMs: 2 });
    expect(find([own, all, subsets]).flatMap(rulesOf)).toEqual([]);
  });

  describe('exportTo', () => {
    const own = (exportTo: readonly string[] | null, createdAtMs = 1) =>
      reviews(
        [route({ v1: 1 })],
        { name: 'own', createdAtMs },
        exportTo === null ? {} : { exportTo: [...exportTo] },
      );
    const all = reviews([route({ v1: 1, v2: 1 })], { name: 'all', createdAtMs: 2 });
    const shop = { workloads: [...(base.workloads ?? []), aWorkload('shop', 'web')] };
    const requests = [...calls(3, 0), ...calls(5, 0, 'shop/web')];
    const seen = (exportTo: readonly string[] | null, mesh: TopologyParts['mesh'] = {}) =>
      only(find([own(exportTo), subsets], { requests }, { ...base, ...shop, mesh }));

    test.each([
      ['nothing is public', null, 8],
      ['* is public', ['*'], 8],
      ['. is the own namespace', ['.'], 3],
      ['the own namespace by name is the same', ['bookinfo'], 3],
      ['another namespace is only that one', ['shop'], 5],
      ['names add up', ['.', 'shop'], 8],
      ['* beats everything else', ['.', '~', '*'], 8],
    ] as const)('%s', (_, exportTo, perSecond) => {
      const split = seen(exportTo);
      expect(split.destinations[0]?.observedPerSecond).toBe(perSecond);
      expect(rulesOf(split)).toEqual([]);
    });

    test.each([
      ['~ alone', ['~']],
      ['~ beside a namespace', ['~', 'shop']],
    ] as const)('%s is nobody: nothing is observed, and it says so', (_, exportTo) => {
      const split = seen(exportTo);
      expect(rulesOf(split)).toEqual(['exported-to-nobody']);
      expect(split).toMatchObject({ agreement: 'unknown' });
      expect(split.destinations[0]?.observedPerSecond).toBeNull();
    });

    test('a route that says nothing has the default of the mesh', () => {
      const mesh = (to: string) => ({ defaultVirtualServiceExportTo: [to] });
      expect(seen(null, mesh('.')).destinations[0]?.observedPerSecond).toBe(3);
      expect(rulesOf(seen(null, mesh('~')))).toEqual(['exported-to-nobody']);
      expect(seen(['*'], mesh('.')).destinations[0]?.observedPerSecond).toBe(8);
    });

    test.each([
      ['~ shadows nothing', ['~'], { all: [], own: ['exported-to-nobody'] }],
      ['one for some namespaces does not shadow that for all', ['shop'], { all: [], own: [] }],
      ['a public one does', ['*'], { all: ['shadowed-by-other-route'], own: [] }],
    ] as const)('an older route: %s', (_, exportTo, expected) => {
      const found = find([own(exportTo), all, subsets]);
      expect(Object.fromEntries(found.map((split) => [split.object.name, rulesOf(split)]))).toEqual(
        expected,
      );
    });

    test('a route private to a namespace wins there over an older one exported to it', () => {
      const theirs = aVirtualService(
        'shop',
        'theirs',
        {
          hosts: ['reviews.bookinfo.svc.cluster.local'],
          exportTo: ['bookinfo'],
          http: [{ route: [{ destination: { host: 'reviews.bookinfo.svc.cluster.local' } }] }],
        },
        { createdAtMs: 0 },
      );
      const found = find([own(['.'], 9), theirs, subsets]);
      expect(found.map((split) => [split.object.name, rulesOf(split)])).toEqual([
        ['own', []],
        ['theirs', ['shadowed-by-other-route']],
      ]);
    });

    test('a gateway in another namespace does not see a private route', () => {
      const gateway = aConfigObject('networking.istio.io/Gateway', 'bookinfo', 'gw', {
        selector: { istio: 'ingress' },
      });
      const bound = (exportTo: readonly string[]) =>
        reviews([route({ v1: 1 })], {}, { gateways: ['gw'], exportTo: [...exportTo] });
      const rates = (exportTo: readonly string[]) =>
        only(find([bound(exportTo), gateway, subsets], { requests: calls(4, 0, GATEWAY) }))
          .destinations[0]?.observedPerSecond;
      expect(rates(['.'])).toBe(0);
      expect(rates(['.', 'istio-ingress'])).toBe(4);
    });
  });
});
