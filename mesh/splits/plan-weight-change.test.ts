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

describe('weight patches on any route', () => {
  test('change nothing but weights, and undo restores the object byte for byte', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(
          fc.tuple(weight, fc.nat({ max: 1_000_000 }), json, fc.constantFrom(null, 80, 9080)),
          { minLength: 1, maxLength: 5 },
        ),
        fc.array(json, { maxLength: 3 }),
        json,
        (isGateway, parts, rulesBefore, extra) => {
          fc.pre(parts.some(([, wanted]) => wanted > 0));
          const element = (position: number, own: number | null): JsonObject => {
            const [, , noise, port] = parts[position] ?? [null, 0, null, null];
            const identity: JsonObject = isGateway
              ? { name: `svc${position}`, ...(port === null ? {} : { port }) }
              : {
                  destination: {
                    host: `svc${position}`,
                    ...(port === null ? {} : { port: { number: port } }),
                  },
                };
            return {
              ...identity,
              'a/b~c': noise,
              ...(own === null ? {} : { weight: own }),
            };
          };
          const list = isGateway ? 'rules' : 'http';
          const object = (weights: readonly (number | null)[]) => ({
            metadata: { annotations: { note: 'keep me' } },
            spec: {
              [list]: [
                ...(rulesBefore as JsonObject[]),
                {
                  extra: extra as JsonObject,
                  [isGateway ? 'backendRefs' : 'route']: weights.map((own, position) =>
                    element(position, own),
                  ),
                },
              ],
            },
          });
          const seen = parts.map(([own]) => own);
          const wanted = parts.map(([, to]) => to);
          const before = object(seen);
          const plan = planWeightChange(before, {
            object: isGateway ? HTTP_ROUTE : VIRTUAL_SERVICE,
            apiVersion: 'v1',
            rulePointer: `/spec/${list}/${rulesBefore.length}`,
            ruleText: '{}',
            seen: parts.map(([own, , , port], position) => ({
              host: `svc${position}`,
              subset: null,
              port,
              weight: own,
            })),
            wanted,
          });
          if (!plan.ok) throw new Error(plan.error.message);
          const after = apply(before, plan.value.patch);
          expect(after).toEqual(object(wanted));
          const undo = planWeightChange(after, plan.value.undo);
          if (!undo.ok) throw new Error(undo.error.message);
          expect(JSON.stringify(apply(after, undo.value.patch))).toBe(JSON.stringify(before));
        },
      ),
      { numRuns: 200 },
    );
  });
});
