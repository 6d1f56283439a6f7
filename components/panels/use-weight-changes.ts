import { withCluster } from '@/components/ui/with-cluster';
import { useState } from 'react';
import {
  isReviewable,
  isSameObject,
  isSameRule,
  lostWrite,
  NO_WRITES,
  parseWrites,
  sessionName,
  type AppliedChange,
} from '@/components/panels/own-writes';
import { useSessionState } from '@/components/panels/use-session-state';
import { useKeptOverLogin } from '@/components/panels/use-kept-over-login';
import { toWeightChange } from '@/components/panels/weight-change';
import { toastRefused, toastWritten } from '@/components/panels/write-toasts';
import { toApiProblem } from '@/components/queries/api-problem';
import { useApplyChange } from '@/components/queries/use-apply-change';
import type { WriteConflict } from '@/contract/problem';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { OwnWrite } from '@/mesh/splits/follow-own-writes';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';
import { refKey, type ObjectRef } from '@/mesh/topology/object';

/** A change that is being reviewed in the sheet. `conflict` is set when it was already refused once. */
export interface WeightReview {
  readonly change: WeightChange;
  readonly conflict: WriteConflict | null;
  readonly isUndo: boolean;
}

/** A write that was accepted, with the browser's time at the answer in epoch milliseconds. */
export interface LatestWrite {
  readonly change: WeightChange;
  readonly receivedAtMs: number;
}

/** Weight changes of this tab: the one under review, those written, and how to go on. */
export interface WeightChanges {
  readonly review: WeightReview | null;
  /** Oldest first; of one rule the last is undone first. */
  readonly applied: readonly AppliedChange[];
  /** Every write that was accepted, undos too, oldest first. */
  readonly log: readonly OwnWrite[];
  /** The latest write of this page; what is on screen may be older for a moment. `null` before the first. */
  readonly latest: LatestWrite | null;
  /** The undo under way; `null` when there is none. */
  readonly undoing: WeightChange | null;
  readonly startReview: (split: TrafficSplit, wanted: readonly number[]) => void;
  readonly revise: (change: WeightChange) => void;
  readonly cancelReview: () => void;
  readonly onApplied: (answer: SplitApplyResponse) => void;
  readonly undo: (applied: AppliedChange) => void;
  /** Forgets what was written to the rule of a change; nothing is undone. */
  readonly dismiss: (applied: AppliedChange) => void;
  /** Forgets what was written to objects that are gone. */
  readonly forget: (objects: readonly ObjectRef[]) => void;
}

const MAX_LOG = 200;

/** Keeps weight changes from the moment that they are chosen until they are undone or dismissed, reloads included. */
export function useWeightChanges(): WeightChanges {
  const [review, setReview] = useKeptOverLogin(sessionName('review'), parseReview);
  const [writes, setWrites] = useSessionState(sessionName('writes'), NO_WRITES, parseWrites);
  const [latest, setLatest] = useState<LatestWrite | null>(null);
  const { mutate, isPending, variables } = useApplyChange();
  const keep = (isKept: (one: AppliedChange) => boolean) =>
    setWrites((all) => ({ ...all, applied: all.applied.filter(isKept) }));
  const record = (change: WeightChange, answer: SplitApplyResponse, isUndo: boolean) => {
    setLatest({ change, receivedAtMs: Date.now() });
    setWrites(({ applied, log }) => ({
      applied: isUndo ? withoutLast(applied, change) : [...applied, toApplied(change, answer)],
      log: isChanging(change) ? [...log, toOwnWrite(answer)].slice(-MAX_LOG) : log,
    }));
  };
  const forget = (objects: readonly ObjectRef[]) => {
    const isGone = (ref: ObjectRef) => objects.some((object) => isSameObject(object, ref));
    setWrites(({ applied, log }) => ({
      applied: applied.filter(({ change }) => !isGone(change.object)),
      log: log.filter(({ object }) => !isGone(object)),
    }));
  };
  const onUndoFailed = (change: WeightChange, error: unknown) => {
    const problem = toApiProblem(error);
    if (problem.conflict?.isAsWanted === true) {
      // E.g. an undo whose answer never came because the page was loaded anew: there is nothing left to undo.
      setLatest({ change, receivedAtMs: Date.now() });
      const { conflict } = problem;
      setWrites(({ applied, log }) => {
        const last = lastOf(applied, change);
        // The undo of a started canary goes on from this write, too.
        const lost = last === undefined ? null : lostWrite(last, conflict);
        return {
          applied: withoutLast(applied, change),
          log: lost === null ? log : [...log, lost].slice(-MAX_LOG),
        };
      });
      announce(change, true);
      return;
    }
    if (problem.conflict !== null) {
      setReview({ change, conflict: problem.conflict, isUndo: true });
      return;
    }
    if (problem.status === 404) forget([change.object]);
    toastRefused(problem);
  };
  return {
    review,
    ...writes,
    latest,
    undoing: isPending ? variables : null,
    startReview: (split, wanted) =>
      setReview({ change: toWeightChange(split, wanted), conflict: null, isUndo: false }),
    revise: (change) => setReview({ change, conflict: null, isUndo: review?.isUndo ?? false }),
    cancelReview: () => setReview(null),
    onApplied: (answer) => {
      if (review === null) return;
      record(review.change, answer, review.isUndo);
      setReview(null);
      announce(review.change, review.isUndo);
    },
    undo: ({ undo }) =>
      mutate(undo, {
        onSuccess: (answer) => {
          record(undo, answer, true);
          announce(undo, true);
        },
        onError: (error) => onUndoFailed(undo, error),
      }),
    dismiss: (gone) => keep((one) => !isSameRule(one.change, gone.change)),
    forget,
  };
}

/** A review that was kept. What was refused is asked again, so that no old conflict is shown. */
function parseReview(stored: unknown): WeightReview | null {
  if (!isReviewable(stored)) return null;
  return { change: stored.change, conflict: null, isUndo: stored.isUndo };
}

function announce({ object, wanted }: WeightChange, isUndo: boolean): void {
  const weights = wanted.map((weight) => weight ?? 'not set').join(' / ');
  toastWritten(
    refKey(object),
    isUndo ? 'Undone' : 'Weights written',
    `${object.kind} ${withCluster(object.name, object.cluster)} has ${weights}${isUndo ? ' again' : ' now'}.`,
  );
}

function withoutLast(
  applied: readonly AppliedChange[],
  undone: WeightChange,
): readonly AppliedChange[] {
  const last = lastOf(applied, undone);
  return applied.filter((one) => one !== last);
}

function lastOf(
  applied: readonly AppliedChange[],
  undone: WeightChange,
): AppliedChange | undefined {
  return applied.findLast(({ change }) => isSameRule(change, undone));
}

function toApplied(change: WeightChange, answer: SplitApplyResponse): AppliedChange {
  return { change, undo: answer.undo, atMs: answer.at, receivedAtMs: Date.now() };
}

function toOwnWrite({ object, resourceVersion, generation, at }: SplitApplyResponse): OwnWrite {
  return { object, resourceVersion, generation, atMs: at };
}

function isChanging({ seen, wanted }: WeightChange): boolean {
  return seen.some(({ weight }, index) => weight !== wanted[index]);
}
