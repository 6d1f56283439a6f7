import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { planWeightChange } from '@/mesh/splits/plan-weight-change';
import { ruleText } from '@/mesh/splits/rule-text';
import type { JsonObject, JsonPatchOperation } from '@/mesh/json';
import type { WeightChange } from '@/mesh/splits/split';

function apply<T>(document: T, patch: readonly JsonPatchOperation[]): T {
  const copy: T = structuredClone(document);
  return jsonPatch.applyPatch(copy, structuredClone([...patch]), true).newDocument;
}

const VIRTUAL_SERVICE = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  namespace: 'bookinfo',
  name: 'reviews',
};
const HTTP_ROUTE = { ...VIRTUAL_SERVICE, group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' };

function reviews(weights: readonly (number | null)[]): { spec: JsonObject } {
  return {
    spec: {
      hosts: ['reviews'],
      http: [
        {
          match: [{ uri: { prefix: '/' } }],
          timeout: '3s',
          unknownField: { keep: [1, null, 'x'] },
          route: weights.map((weight, position) => ({
            destination: { host: 'reviews', subset: `v${position + 1}` },
            headers: { request: { set: { x: 'y' } } },
            ...(weight === null ? {} : { weight }),
          })),
        },
      ],
    },
  };
}

function change(
  seen: readonly (number | null)[],
  wanted: readonly (number | null)[],
): WeightChange {
  return {
    object: VIRTUAL_SERVICE,
    apiVersion: 'networking.istio.io/v1',
    rulePointer: '/spec/http/0',
    ruleText: '{"match":[{"uri":{"prefix":"/"}}]}',
    seen: seen.map((weight, position) => ({
      host: 'reviews',
      subset: `v${position + 1}`,
      port: null,
      weight,
    })),
    wanted,
  };
}

describe('planWeightChange', () => {
  test('changes the weights and nothing else', () => {
    const plan = planWeightChange(reviews([90, 10]), change([90, 10], [50, 50]));
    if (!plan.ok) throw new Error(plan.error.message);
    expect(apply(reviews([90, 10]), plan.value.patch)).toEqual(reviews([50, 50]));
    const edits = plan.value.patch.filter(({ op }) => op !== 'test');
    expect(edits.map(({ path }) => path)).toEqual([
      '/spec/http/0/route/0/weight',
      '/spec/http/0/route/1/weight',
    ]);
  });

  test('another rule with the same destinations and weights is not changed in the place of the seen one', () => {
    const { spec } = reviews([90, 10]);
    const [seen] = spec['http'] as JsonObject[];
    const inserted = { ...seen, match: [{ headers: { 'end-user': { exact: 'jason' } } }] };
    const moved = { spec: { ...spec, http: [inserted, seen ?? {}] } };
    const plan = planWeightChange(moved, change([90, 10], [50, 50]));
    expect(plan).toMatchObject({ ok: false, error: { kind: 'destinations-differ' } });
  });

  test('matches that only list their keys in another order are the same matches', () => {
    expect(ruleText({ match: [{ uri: { exact: '/' }, port: 80 }], route: [] })).toBe(
      ruleText({ match: [{ port: 80, uri: { exact: '/' } }], timeout: '1s' }),
    );
  });

  test('every destination is guarded, also those that keep their weight', () => {
    const plan = planWeightChange(reviews([50, 30, 20]), change([50, 30, 20], [40, 40, 20]));
    if (!plan.ok) throw new Error(plan.error.message);
    expect(() => apply(reviews([50, 30, 21]), plan.value.patch)).toThrow(
      /TEST_OPERATION_FAILED|Test operation failed/i,
    );
  });

  test('an absent weight is guarded by its whole destination, added, and removed again by undo', () => {
    const plan = planWeightChange(reviews([null]), change([null], [70]));
    if (!plan.ok) throw new Error(plan.error.message);
    expect(() => apply(reviews([5]), plan.value.patch)).toThrow();
    const after = apply(reviews([null]), plan.value.patch);
    expect(after).toEqual(reviews([70]));
    const undo = planWeightChange(after, plan.value.undo);
    if (!undo.ok) throw new Error(undo.error.message);
    expect(JSON.stringify(apply(after, undo.value.patch))).toBe(JSON.stringify(reviews([null])));
  });

  test('a rule that moved to the same place is not changed', () => {
    const plan = planWeightChange(reviews([90, 10]), change([90, 10], [50, 50]));
    if (!plan.ok) throw new Error(plan.error.message);
    const other = reviews([90, 10]);
    const [rule] = other.spec['http'] as JsonObject[];
    if (rule !== undefined) rule['match'] = [{ uri: { prefix: '/other' } }];
    expect(() => apply(other, plan.value.patch)).toThrow();
  });

  test.each([
    ['was added', (route: JsonObject[]) => [...route, { destination: { host: 'new' }, weight: 0 }]],
    ['was taken out', (route: JsonObject[]) => route.slice(0, 1)],
    ['changed places', (route: JsonObject[]) => [...route].reverse()],
    [
      'got a subset of its own',
      ([first, ...rest]: JsonObject[]) => [
        { ...first, destination: { host: 'reviews', subset: 'other' } },
        ...rest,
      ],
    ],
  ])('nothing is written when a destination %s meanwhile', (_, edit) => {
    const plan = planWeightChange(reviews([90, 10]), change([90, 10], [50, 50]));
    if (!plan.ok) throw new Error(plan.error.message);
    const other = reviews([90, 10]);
    const [rule] = other.spec['http'] as { route: JsonObject[] }[];
    if (rule !== undefined) rule.route = edit(rule.route);
    expect(() => apply(other, plan.value.patch)).toThrow(/TEST_OPERATION_FAILED|Test operation/i);
  });

  test('edits elsewhere in the object are no conflict', () => {
    const plan = planWeightChange(reviews([90, 10]), change([90, 10], [50, 50]));
    if (!plan.ok) throw new Error(plan.error.message);
    const other = reviews([90, 10]);
    const [rule] = other.spec['http'] as JsonObject[];
    if (rule !== undefined) rule['timeout'] = '9s';
    (other.spec['http'] as JsonObject[]).push({ route: [{ destination: { host: 'late' } }] });
    const after = apply(other, plan.value.patch);
    expect(after.spec['http']).toMatchObject([{ timeout: '9s', route: [{ weight: 50 }, {}] }, {}]);
  });

  test('a rule whose weights were all zero can be put back', () => {
    const plan = planWeightChange(reviews([0, 0]), change([0, 0], [50, 50]));
    if (!plan.ok) throw new Error(plan.error.message);
    const after = apply(reviews([0, 0]), plan.value.patch);
    const undo = planWeightChange(after, plan.value.undo);
    if (!undo.ok) throw new Error(undo.error.message);
    expect(apply(after, undo.value.patch)).toEqual(reviews([0, 0]));
  });

  test.each([
    ['a rule that is gone', reviews([90, 10]), { rulePointer: '/spec/http/4' }, 'rule-gone'],
    [
      'a pointer that leaves the routes',
      reviews([90, 10]),
      { rulePointer: '/metadata' },
      'rule-gone',
    ],
    ['another destination', reviews([90, 10, 0]), {}, 'destinations-differ'],
    ['weights that somebody changed', reviews([80, 20]), {}, 'weights-differ'],
    ['a negative weight', reviews([90, 10]), { wanted: [-1, 101] }, 'invalid-wanted'],
    ['a fraction', reviews([90, 10]), { wanted: [0.5, 99.5] }, 'invalid-wanted'],
    ['too few weights', reviews([90, 10]), { wanted: [100] }, 'invalid-wanted'],
  ])('refuses %s', (_, object, over, kind) => {
    const plan = planWeightChange(object, { ...change([90, 10], [50, 50]), ...over });
    expect(plan).toMatchObject({ ok: false, error: { kind } });
  });

  test('a conflict carries what stands there now', () => {
    const plan = planWeightChange(reviews([80, 20]), change([90, 10], [50, 50]));
    expect(plan).toMatchObject({ ok: false, error: { current: [{ weight: 80 }, { weight: 20 }] } });
  });

  test('Gateway API takes weights up to a million', () => {
    const route = {
      spec: {
        rules: [
          {
            backendRefs: [
              { name: 'a', port: 80 },
              { name: 'b', port: 80, weight: 2 },
            ],
          },
        ],
      },
    };
    const base: WeightChange = {
      object: HTTP_ROUTE,
      apiVersion: 'gateway.networking.k8s.io/v1',
      rulePointer: '/spec/rules/0',
      ruleText: '{}',
      seen: [
        { host: 'a', subset: null, port: 80, weight: null },
        { host: 'b', subset: null, port: 80, weight: 2 },
      ],
      wanted: [1_000_000, 0],
    };
    expect(planWeightChange(route, base).ok).toBe(true);
    expect(planWeightChange(route, { ...base, wanted: [1_000_001, 0] }).ok).toBe(false);
    expect(planWeightChange(route, { ...base, wanted: [null, 0] }).ok).toBe(true);
  });
});

const weight = fc.option(fc.nat({ max: 1_000_000 }), { nil: null });
const json = fc.jsonValue({ maxDepth: 2 });
const extras = fc.dictionary(
  fc.constantFrom('retries', 'a/b', 'c~d', 'x-unknown', 'labels'),
  json,
  {
    maxKeys: 3,
  },
);

/** Every list of rules that carries weights, with how it spells destinations and matches. */
const KINDS = [
  { kind: 'VirtualService', list: 'http', match: 'match' },
  { kind: 'VirtualService', list: 'tls', match: 'match' },
  { kind: 'VirtualService', list: 'tcp', match: 'match' },
  { kind: 'HTTPRoute', list: 'rules', match: 'matches' },
  { kind: 'GRPCRoute', list: 'rules', match: 'matches' },
  { kind: 'TLSRoute', list: 'rules', match: 'matches' },
  { kind: 'TCPRoute', list: 'rules', match: 'matches' },
] as const;

const destinations = fc.array(
  fc.record({
    seen: weight,
    wanted: fc.nat({ max: 1_000_000 }),
    port: fc.option(fc.constantFrom(80, 9080), { nil: null }),
    extra: extras,
  }),
  { minLength: 1, maxLength: 5 },
);

const route = fc.record({
  kind: fc.constantFrom(...KINDS),
  destinations,
  rulesBefore: fc.array(json, { maxLength: 3 }),
  rulesAfter: fc.array(json, { maxLength: 2 }),
  ruleExtra: extras,
  mirror: fc.boolean(),
  match: fc.option(fc.array(extras, { maxLength: 2 }), { nil: null }),
  name: fc.option(fc.constantFrom('primary', ''), { nil: null }),
  annotations: extras,
  otherLists: fc.boolean(),
});

type Route = typeof route extends fc.Arbitrary<infer Value> ? Value : never;

/** The object with these weights; `null` leaves the field out. */
function build(made: Route, weights: readonly (number | null)[]) {
  const { kind, list, match } = made.kind;
  const isGateway = kind !== 'VirtualService';
  const elements = made.destinations.map(({ port, extra }, position): JsonObject => {
    const own = weights[position] ?? null;
    const identity: JsonObject = isGateway
      ? { name: `svc${position}`, ...(port === null ? {} : { port }) }
      : {
          destination: {
            host: `svc${position}`,
            subset: null,
            ...(port === null ? {} : { port: { number: port } }),
          },
        };
    return { ...extra, ...identity, ...(own === null ? {} : { weight: own }) };
  });
  const mirror: JsonObject = isGateway
    ? { filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'svc0' } } }] }
    : { mirrors: [{ destination: { host: 'svc0' }, percentage: { value: 5 } }], mirror: null };
  const rule: JsonObject = {
    ...made.ruleExtra,
    ...(made.mirror ? mirror : {}),
    ...(made.match === null ? {} : { [match]: made.match }),
    ...(made.name === null ? {} : { name: made.name }),
    [isGateway ? 'backendRefs' : 'route']: elements,
  };
  return {
    metadata: { annotations: made.annotations, managedFields: null },
    spec: {
      ...(made.otherLists ? { hostnames: ['a.test'], tls: [{ route: [] }], rules: null } : {}),
      [list]: [...(made.rulesBefore as JsonObject[]), rule, ...(made.rulesAfter as JsonObject[])],
    } as JsonObject,
    rule,
  };
}

describe('weight patches on any route', () => {
  test('change nothing but weights, and undo restores the object byte for byte', () => {
    fc.assert(
      fc.property(route, (made) => {
        const seen = made.destinations.map((one) => one.seen);
        const wanted = made.destinations.map((one) => one.wanted);
        fc.pre(wanted.some((one) => one > 0));
        const { kind, list } = made.kind;
        const { rule, ...before } = build(made, seen);
        const { rule: _, ...expected } = build(made, wanted);
        const plan = planWeightChange(before, {
          object: { ...(kind === 'VirtualService' ? VIRTUAL_SERVICE : HTTP_ROUTE), kind },
          apiVersion: 'v1',
          rulePointer: `/spec/${list}/${made.rulesBefore.length}`,
          ruleText: ruleText(rule),
          seen: made.destinations.map(({ port, seen: own }, position) => ({
            host: `svc${position}`,
            subset: null,
            port,
            weight: own,
          })),
          wanted,
        });
        if (!plan.ok) throw new Error(plan.error.message);
        const after = apply(before, plan.value.patch);
        expect(after).toEqual(expected);
        const undo = planWeightChange(after, plan.value.undo);
        if (!undo.ok) throw new Error(undo.error.message);
        // Absent weights go to the end when they are set and vanish again, so the text is what it was.
        expect(JSON.stringify(apply(after, undo.value.patch))).toBe(JSON.stringify(before));
      }),
      { numRuns: 500 },
    );
  });

  test('never apply to a route of which anything that was guarded has changed', () => {
    fc.assert(
      fc.property(route, weight, fc.nat({ max: 4 }), (made, other, at) => {
        const seen = made.destinations.map((one) => one.seen);
        const wanted = made.destinations.map((one) => one.wanted);
        const position = at % seen.length;
        fc.pre(wanted.some((one) => one > 0) && other !== (seen[position] ?? null));
        const { kind, list } = made.kind;
        const { rule, ...before } = build(made, seen);
        const plan = planWeightChange(before, {
          object: { ...(kind === 'VirtualService' ? VIRTUAL_SERVICE : HTTP_ROUTE), kind },
          apiVersion: 'v1',
          rulePointer: `/spec/${list}/${made.rulesBefore.length}`,
          ruleText: ruleText(rule),
          seen: made.destinations.map(({ port, seen: own }, index) => ({
            host: `svc${index}`,
            subset: null,
            port,
            weight: own,
          })),
          wanted,
        });
        if (!plan.ok) throw new Error(plan.error.message);
        const changed = seen.map((own, index) => (index === position ? other : own));
        const { rule: _, ...meanwhile } = build(made, changed);
        expect(() => apply(meanwhile, plan.value.patch)).toThrow();
      }),
      { numRuns: 200 },
    );
  });
});

describe('weights that total zero', () => {
  test('are refused for several destinations of a VirtualService, with Istio’s reason', () => {
    const plan = planWeightChange(reviews([90, 10]), change([90, 10], [0, 0]));
    expect(plan).toMatchObject({ ok: false, error: { kind: 'invalid-wanted' } });
    expect(!plan.ok && plan.error.message).toContain('total zero');
    // Absent counts zero in Istio.
    expect(planWeightChange(reviews([90, 10]), change([90, 10], [0, null])).ok).toBe(false);
  });

  test('do not matter for a lone destination, whose weight Istio ignores', () => {
    expect(planWeightChange(reviews([100]), change([100], [0])).ok).toBe(true);
  });

  test('can be put back where they were, because the undo says so', () => {
    const plan = planWeightChange(reviews([0, 0]), change([0, 0], [50, 50]));
    if (!plan.ok) throw new Error(plan.error.message);
    expect(plan.value.undo.confirmsZero).toBe(true);
    const undo = planWeightChange(reviews([50, 50]), plan.value.undo);
    if (!undo.ok) throw new Error(undo.error.message);
    expect(undo.value.undo.confirmsZero).toBeUndefined();
  });
});
