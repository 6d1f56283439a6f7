import { fail, ok } from '@/mesh/result';
import { readList, readNumber, readObject, readString } from '@/mesh/read-json';
import { ruleText } from '@/mesh/splits/rule-text';
import type { JsonObject, JsonPatchOperation } from '@/mesh/json';
import type { Result } from '@/mesh/result';
import type { CurrentDestination, WeightFault } from '@/mesh/splits/weight-fault';
import type { WeightChange, WeightPlan } from '@/mesh/splits/split';

/** Highest weight that Gateway API takes. */
const GATEWAY_MAX_WEIGHT = 1_000_000;

/** Highest weight that Istio's int32 field takes. */
const ISTIO_MAX_WEIGHT = 2_147_483_647;

/** Anything with a spec: a config object as watched, or the whole object as the API server gives it. */
export interface Spec {
  readonly spec?: JsonObject;
}

/**
 * The JSON patch that sets the wanted weights of one rule and nothing else, and the change that takes it back. The
 * rule's whole list of destinations is guarded by one `test`: besides weights and identities that covers destinations
 * which were added, taken out or moved meanwhile, and weights that are absent, none of which tests of single fields can
 * see. The rule's name and matches are tested too, so that another rule which moved to the same place is not changed;
 * edits elsewhere in the object are no conflict.
 *
 * Faults: the rule is gone, its destinations or weights are not those that were seen, or the wanted weights are not
 * valid for the API (whole, not negative, at most 1,000,000 in Gateway API). Istio's admission webhook refuses several
 * destinations whose weights total zero, so this does too, unless the change confirms it: weights that were there must
 * be put back by an undo. Gateway API takes them.
 */
export function planWeightChange(
  object: Spec,
  change: WeightChange,
): Result<WeightPlan, WeightFault> {
  const place = findRule(object, change);
  if (place === null) {
    const message = `There is no rule with destinations at ${change.rulePointer} any more.`;
    return fail({ kind: 'rule-gone', message, current: [] });
  }
  const current = place.elements.map(place.read);
  const fault =
    compareRule(change, place, current) ??
    compareSeen(change, current) ??
    checkWanted(change, place.isGateway, current);
  if (fault !== null) return fail(fault);
  const tests: JsonPatchOperation[] = [
    ...ruleTests(place, change.rulePointer),
    { op: 'test', path: place.listPointer, value: [...place.elements] },
  ];
  const edits: JsonPatchOperation[] = [];
  place.elements.forEach((element, position) => {
    const path = `${place.listPointer}/${position}`;
    const edit = weightEdit(element, `${path}/weight`, change.wanted[position] ?? null);
    if (edit !== null) edits.push(edit);
  });
  const { confirmsZero: _, ...sameRule } = change;
  const undo: WeightChange = {
    ...sameRule,
    seen: change.seen.map((seen, position) => ({
      ...seen,
      weight: change.wanted[position] ?? null,
    })),
    wanted: change.seen.map((seen) => seen.weight),
    ...(totalsZero(
      change.seen.map((seen) => seen.weight),
      place.isGateway,
    ) && {
      confirmsZero: true,
    }),
  };
  return ok({ patch: [...tests, ...edits], undo });
}

/** Whether weights as written total zero; absent counts 1 in Gateway API and 0 in Istio, which ignores that of a lone one. */
function totalsZero(weights: readonly (number | null)[], isGateway: boolean): boolean {
  if (isGateway) return weights.every((weight) => weight === 0);
  return weights.length > 1 && weights.every((weight) => (weight ?? 0) === 0);
}

/** The destinations that stand in the object where a change points; empty when no rule is there. */
export function readCurrent(object: Spec, change: WeightChange): readonly CurrentDestination[] {
  const place = findRule(object, change);
  return place === null ? [] : place.elements.map(place.read);
}

interface RulePlace {
  readonly rule: JsonObject;
  readonly listPointer: string;
  readonly elements: readonly JsonObject[];
  readonly isGateway: boolean;
  readonly read: (element: JsonObject) => CurrentDestination;
}

/** Only `/spec/<list>/<position>` is a rule; anything else in the pointer is not followed. */
function findRule(object: Spec, change: WeightChange): RulePlace | null {
  const match = /^\/spec\/(http|tls|tcp|rules)\/(\d+)$/.exec(change.rulePointer);
  const [, list, position] = match ?? [];
  if (list === undefined || position === undefined) return null;
  const isGateway = change.object.group === 'gateway.networking.k8s.io';
  if (isGateway !== (list === 'rules')) return null;
  const rule = readObject(object.spec, list, Number(position));
  if (rule === null) return null;
  const field = isGateway ? 'backendRefs' : 'route';
  const raw = readList(rule, field);
  const elements = raw.map((element) => readObject(element)).filter((element) => element !== null);
  if (elements.length === 0 || elements.length !== raw.length) return null;
  return {
    rule,
    listPointer: `${change.rulePointer}/${field}`,
    elements,
    isGateway,
    read: isGateway ? readBackendRef : readRoute,
  };
}

function readRoute(element: JsonObject): CurrentDestination {
  return {
    host: readString(element, 'destination', 'host') ?? '',
    subset: readString(element, 'destination', 'subset') || null,
    port: readNumber(element, 'destination', 'port', 'number'),
    weight: readNumber(element, 'weight'),
  };
}

function readBackendRef(element: JsonObject): CurrentDestination {
  return {
    host: readString(element, 'name') ?? '',
    subset: null,
    port: readNumber(element, 'port'),
    weight: readNumber(element, 'weight'),
  };
}

/** An inserted rule moves the others; the one that stands here now may take other requests than the one seen. */
function compareRule(
  change: WeightChange,
  place: RulePlace,
  current: readonly CurrentDestination[],
): WeightFault | null {
  if (ruleText(place.rule) === change.ruleText) return null;
  const message = `Another rule stands at ${change.rulePointer} now, or its matches have changed.`;
  return { kind: 'destinations-differ', message, current };
}

function compareSeen(
  change: WeightChange,
  current: readonly CurrentDestination[],
): WeightFault | null {
  const isSame =
    change.seen.length === current.length &&
    change.seen.every((seen, position) => {
      const now = current[position];
      return seen.host === now?.host && seen.subset === now.subset && seen.port === now.port;
    });
  if (!isSame) {
    const message = 'The rule has other destinations now than those that were shown.';
    return { kind: 'destinations-differ', message, current };
  }
  if (change.seen.every((seen, position) => seen.weight === current[position]?.weight)) return null;
  const weights = current.map(({ weight }) => weight ?? 'none').join(', ');
  return {
    kind: 'weights-differ',
    message: `The weights have changed; they are ${weights} now.`,
    current,
  };
}

function checkWanted(
  change: WeightChange,
  isGateway: boolean,
  current: readonly CurrentDestination[],
): WeightFault | null {
  const { wanted } = change;
  const max = isGateway ? GATEWAY_MAX_WEIGHT : ISTIO_MAX_WEIGHT;
  const invalid = (message: string): WeightFault => ({ kind: 'invalid-wanted', message, current });
  if (wanted.length !== current.length) {
    return invalid(`${current.length} weights are needed, ${wanted.length} were given.`);
  }
  for (const weight of wanted) {
    if (weight === null) continue;
    if (!Number.isInteger(weight) || weight < 0) {
      return invalid(`A weight must be a whole number and not negative; ${weight} is not.`);
    }
    if (weight > max) return invalid(`A weight must be at most ${max}; ${weight} is not.`);
  }
  if (!isGateway && change.confirmsZero !== true && totalsZero(wanted, isGateway)) {
    return invalid(
      'Istio refuses a rule with several destinations whose weights total zero: every request would fail.',
    );
  }
  return null;
}

function ruleTests(place: RulePlace, pointer: string): readonly JsonPatchOperation[] {
  return ['name', place.isGateway ? 'matches' : 'match'].flatMap((field) => {
    const value = place.rule[field];
    return value === undefined ? [] : [{ op: 'test' as const, path: `${pointer}/${field}`, value }];
  });
}

function weightEdit(
  element: JsonObject,
  path: string,
  wanted: number | null,
): JsonPatchOperation | null {
  const { weight } = element;
  if (wanted === null) return weight === undefined ? null : { op: 'remove', path };
  if (weight === undefined) return { op: 'add', path, value: wanted };
  return weight === wanted ? null : { op: 'replace', path, value: wanted };
}
