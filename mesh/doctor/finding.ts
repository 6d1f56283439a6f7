import { groupOf, type FindingGroup, type FindingRule } from '@/mesh/doctor/finding-rules';
import type { ObjectRef } from '@/mesh/topology/object';

/**
 * - `error`: something that Fanari is for does not work
 * - `warning`: works, and will surprise somebody
 * - `unknown`: could not be looked at
 * - `info`: worth knowing; may be meant so
 * - `ok`: looked at, and right
 */
export type Severity = 'error' | 'warning' | 'unknown' | 'info' | 'ok';

/** Severities, worst first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'unknown', 'info', 'ok'];

/** What to do about a finding. Commands are for a shell, to be copied as they stand; `<…>` in them has to be filled in. */
export interface Fix {
  readonly text: string;
  readonly commands: readonly string[];
}

/** One object that a finding is about; `detail` says what of it, e.g. a port. */
export interface FindingObject {
  readonly ref: ObjectRef;
  readonly detail: string | null;
}

/** What a rule says. */
export interface Finding {
  readonly rule: FindingRule;
  readonly group: FindingGroup;
  readonly severity: Severity;
  readonly title: string;
  /** What was seen, with its figures. */
  readonly seen: string;
  /** `null` where nothing has to be done. */
  readonly fix: Fix | null;
  /** At most {@link MOST_OBJECTS} of them, by name. */
  readonly objects: readonly FindingObject[];
  /** How many there are. */
  readonly objectCount: number;
  /** Where this is known from, e.g. `GET /version of the API server`. */
  readonly source: string;
}

/** So many objects are listed with a finding. */
export const MOST_OBJECTS = 20;

/** What of a finding is not the same for every one of its rule. */
export interface FindingParts {
  readonly severity: Severity;
  readonly title: string;
  readonly seen: string;
  readonly source: string;
  readonly fix?: string;
  readonly commands?: readonly string[];
  readonly objects?: readonly FindingObject[];
}

/** Makes a finding; objects are ordered by name and cut off, their number is kept. */
export function finding(rule: FindingRule, parts: FindingParts): Finding {
  const { severity, title, seen, source, fix, commands = [], objects = [] } = parts;
  const sorted = [...objects].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return {
    rule,
    group: groupOf(rule),
    severity,
    title,
    seen,
    fix: fix === undefined ? null : { text: fix, commands },
    objects: sorted.slice(0, MOST_OBJECTS),
    objectCount: objects.length,
    source,
  };
}

function placeOf({ ref }: FindingObject): string {
  return `${ref.namespace}/${ref.name}/${ref.kind}`;
}

/** A finding's object. */
export function objectOf(
  kind: string,
  namespace: string,
  name: string,
  detail: string | null = null,
  cluster?: string,
): FindingObject {
  const [group = '', kindName = ''] = kind.split('/');
  const ref = { group, kind: kindName, namespace, name };
  return { ref: cluster === undefined ? ref : { ...ref, cluster }, detail };
}

/** A number with its noun: `1 pod`, `3 pods`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** A list for a sentence that names at most `most` and counts the rest: `a, b and 3 more`. */
export function listed(names: readonly string[], most = 8): string {
  const rest = names.length - most;
  const shown = names.slice(0, most).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
