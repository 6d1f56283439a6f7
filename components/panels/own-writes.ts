import { apiUrl } from '@/components/queries/api-url';
import type { WriteConflict } from '@/contract/problem';
import { FIELD_MANAGER } from '@/mesh/field-manager';
import type { OwnWrite } from '@/mesh/splits/follow-own-writes';
import { refKey } from '@/mesh/topology/object';
import type { WeightChange } from '@/mesh/splits/split';

/** A change that was written and can be taken back. */
export interface AppliedChange {
  readonly change: WeightChange;
  readonly undo: WeightChange;
  /** Epoch milliseconds of the server at the write. */
  readonly atMs: number;
  /** Epoch milliseconds of the browser at the answer. */
  readonly receivedAtMs: number;
}

/** What this tab has written: changes that can be undone, oldest first, and every accepted write. */
export interface OwnWrites {
  readonly applied: readonly AppliedChange[];
  readonly log: readonly OwnWrite[];
}

/** Nothing written yet. */
export const NO_WRITES: OwnWrites = { applied: [], log: [] };

/** Where a tab keeps something of this Fanari; another one may live on the same origin under another base path. */
export function sessionName(what: string): string {
  return `fanari ${apiUrl('/splits')} ${what} 1`;
}

/** What was stored under `sessionName('writes')`; `null` for anything else. */
export function parseWrites(stored: unknown): OwnWrites | null {
  if (!isRecord(stored) || !Array.isArray(stored['applied']) || !Array.isArray(stored['log'])) {
    return null;
  }
  const applied = stored['applied'].every(
    (one) =>
      isRecord(one) && isChange(one['change']) && isChange(one['undo']) && isTime(one['atMs']),
  );
  const log = stored['log'].every((one) => isRecord(one) && isRecord(one['object']));
  // Shape and origin are checked as far as a page needs them to show it; the server checks every undo anew.
  return applied && log ? (stored as unknown as OwnWrites) : null;
}

/**
 * The write that a refused undo tells of when the rule already is as wanted by Fanari's own hand: its answer was lost.
 * It counts from when the change was made that it takes back, since clocks of browser and server may differ and the
 * object tells whole seconds. `null` where somebody else wrote last, so that nothing of theirs is taken for one's own.
 */
export function lostWrite(
  { change, atMs }: AppliedChange,
  { isAsWanted, changedBy, resourceVersion, generation }: WriteConflict,
): OwnWrite | null {
  if (!isAsWanted || changedBy !== FIELD_MANAGER) return null;
  return { object: change.object, resourceVersion, generation, atMs };
}

/** Whether a value is a change that was being reviewed. */
export function isReviewable(
  stored: unknown,
): stored is { readonly change: WeightChange; readonly isUndo: boolean } {
  return isRecord(stored) && isChange(stored['change']) && typeof stored['isUndo'] === 'boolean';
}

/** Whether two changes are about one rule. */
export function isSameRule(a: WeightChange, b: WeightChange): boolean {
  return a.rulePointer === b.rulePointer && isSameObject(a.object, b.object);
}

/** Whether two references name one object. */
export function isSameObject(a: WeightChange['object'], b: WeightChange['object']): boolean {
  return refKey(a) === refKey(b);
}

/** Whether a value is an object with fields, not a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isChange(value: unknown): boolean {
  return (
    isRecord(value) &&
    isRecord(value['object']) &&
    Array.isArray(value['seen']) &&
    Array.isArray(value['wanted'])
  );
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
