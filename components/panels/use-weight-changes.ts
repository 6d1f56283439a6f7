import { useState } from 'react';
import { toWeightChange } from '@/components/panels/weight-change';
import { toApiProblem } from '@/components/queries/api-problem';
import { useApplyChange } from '@/components/queries/use-apply-change';
import { showToast } from '@/components/shell/toasts';
import type { WriteConflict } from '@/contract/problem';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';

/** A change that is being reviewed in the sheet. `conflict` is set when it was already refused once. */
export interface WeightReview {
  readonly change: WeightChange;
  readonly conflict: WriteConflict | null;
  readonly isUndo: boolean;
}

/** A change that was written and can be taken back. */
export interface AppliedChange {
  readonly change: WeightChange;
  readonly undo: WeightChange;
  /** Epoch milliseconds of the server at the write. */
  readonly atMs: number;
}

/** Weight changes of this page: the one under review, those written, and how to go on. */
export interface WeightChanges {
  readonly review: WeightReview | null;
  readonly applied: readonly AppliedChange[];
  readonly isUndoing: boolean;
  readonly startReview: (split: TrafficSplit, wanted: readonly number[]) => void;
  readonly revise: (change: WeightChange) => void;
  readonly cancelReview: () => void;
  readonly onApplied: (answer: SplitApplyResponse) => void;
  readonly undo: (applied: AppliedChange) => void;
  readonly dismiss: (applied: AppliedChange) => void;
}

const CLOSE = { 'aria-label': 'Dismiss' };

/** Keeps weight changes from the moment that they are chosen until they are undone or dismissed. */
export function useWeightChanges(): WeightChanges {
  const [review, setReview] = useState<WeightReview | null>(null);
  const [applied, setApplied] = useState<readonly AppliedChange[]>([]);
  const { mutate, isPending } = useApplyChange();
  const dismiss = (gone: AppliedChange) => setApplied((all) => all.filter((one) => one !== gone));
  const revise = (change: WeightChange) =>
    setReview({ change, conflict: null, isUndo: review?.isUndo ?? false });
  return {
    review,
    applied,
    isUndoing: isPending,
    startReview: (split, wanted) =>
      setReview({ change: toWeightChange(split, wanted), conflict: null, isUndo: false }),
    revise,
    cancelReview: () => setReview(null),
    onApplied: (answer) => {
      if (review === null) return;
      const { change } = review;
      const earlier = applied.filter((one) => !isSameRule(one.change, change));
      setApplied(
        review.isUndo ? earlier : [...earlier, { change, undo: answer.undo, atMs: answer.at }],
      );
      setReview(null);
      showToast({
        closeButtonProps: CLOSE,
        color: 'green',
        title: 'Weights written',
        message: `${change.object.kind} ${change.object.name} changed.`,
      });
    },
    undo: (one) =>
      mutate(one.undo, {
        onSuccess: () => {
          dismiss(one);
          showToast({
            closeButtonProps: CLOSE,
            color: 'green',
            title: 'Undone',
            message: `${one.undo.object.name} is as before.`,
          });
        },
        onError: (error) => {
          const problem = toApiProblem(error);
          if (problem.conflict !== null)
            setReview({ change: one.undo, conflict: problem.conflict, isUndo: true });
          else
            showToast({
              closeButtonProps: CLOSE,
              color: 'red',
              title: problem.title,
              message: problem.detail,
              autoClose: false,
            });
        },
      }),
    dismiss,
  };
}

function isSameRule(a: WeightChange, b: WeightChange): boolean {
  return (
    a.rulePointer === b.rulePointer &&
    a.object.name === b.object.name &&
    a.object.namespace === b.object.namespace &&
    a.object.kind === b.object.kind
  );
}
