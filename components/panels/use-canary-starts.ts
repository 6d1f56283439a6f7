import { useState } from 'react';
import { isRecord, sessionName } from '@/components/panels/own-writes';
import { useSessionState } from '@/components/panels/use-session-state';
import type { WeightChanges } from '@/components/panels/use-weight-changes';
import { withSeenVersion } from '@/components/panels/with-seen-version';
import { forgetWritten, toastRefused, toastWritten } from '@/components/panels/write-toasts';
import { toApiProblem } from '@/components/queries/api-problem';
import { useUndoCanary } from '@/components/queries/use-canary-writes';
import type { CanaryApplyResponse } from '@/contract/canary-apply';
import type { CanaryCandidate, CanaryUndo } from '@/mesh/splits/canary';
import { followOwnWrites } from '@/mesh/splits/follow-own-writes';
import { refKey } from '@/mesh/topology/object';

/** A canary that was started from this page and can be taken back. */
export interface StartedCanary {
  readonly candidate: CanaryCandidate;
  readonly undo: CanaryUndo;
  /** Epoch milliseconds of the server. */
  readonly atMs: number;
  /** Why the last try to undo was refused, when trying again would take that back too; `null` before. */
  readonly changedSince: string | null;
}

/** Canaries of this page: the one whose start is under review, those started, and how to go on. */
export interface CanaryStarts {
  readonly review: CanaryCandidate | null;
  readonly started: readonly StartedCanary[];
  /** What is being taken back; `null` when nothing is. */
  readonly undoing: CanaryUndo | null;
  readonly startReview: (candidate: CanaryCandidate) => void;
  readonly cancelReview: () => void;
  readonly onStarted: (candidate: CanaryCandidate, answer: CanaryApplyResponse) => void;
  readonly undo: (started: StartedCanary) => void;
  readonly dismiss: (started: StartedCanary) => void;
}

const NONE: readonly StartedCanary[] = [];

function parseStarted(stored: unknown): readonly StartedCanary[] | null {
  if (!Array.isArray(stored)) return null;
  const isWhole = stored.every(
    (one) =>
      isRecord(one) &&
      isRecord(one['candidate']) &&
      isRecord(one['undo']) &&
      Array.isArray(one['undo']['steps']),
  );
  // The server checks every undo anew, so no more than what is shown needs to be right.
  return isWhole ? (stored as readonly StartedCanary[]) : null;
}

/**
 * Keeps canaries from the moment that their start is reviewed until they are undone or dismissed, reloads included. An
 * undo takes back the weights that this tab wrote since, too; what somebody else wrote is asked about first.
 */
export function useCanaryStarts(changes: Pick<WeightChanges, 'log' | 'forget'>): CanaryStarts {
  const [review, setReview] = useState<CanaryCandidate | null>(null);
  const [started, setStarted] = useSessionState(sessionName('canaries'), NONE, parseStarted);
  const { mutate, isPending, variables } = useUndoCanary();
  const dismiss = (gone: StartedCanary) => setStarted((all) => all.filter((one) => one !== gone));
  const onRefused = (one: StartedCanary, error: unknown) => {
    const problem = toApiProblem(error);
    const undo = problem.conflict === null ? null : withSeenVersion(one.undo, problem.conflict);
    if (undo !== null) {
      const again = { ...one, undo, changedSince: problem.detail };
      setStarted((all) => all.map((other) => (other === one ? again : other)));
      return;
    }
    toastRefused(problem);
  };
  return {
    review,
    started,
    undoing: isPending ? variables : null,
    startReview: setReview,
    cancelReview: () => setReview(null),
    onStarted: (candidate, { undo, at }) => {
      setStarted((all) => [...all, { candidate, undo, atMs: at, changedSince: null }]);
      setReview(null);
    },
    undo: (one) =>
      // Somebody's change that was asked about is guarded by its version, which own writes before it would set back.
      mutate(
        one.changedSince === null ? followOwnWrites(one.undo, changes.log, one.atMs) : one.undo,
        {
          onSuccess: ({ undone }) => {
            dismiss(one);
            changes.forget(undone);
            // What was written to them is told by the object that has gone, the undo by its service.
            for (const object of undone) forgetWritten(refKey(object));
            toastWritten(
              `${one.candidate.namespace}/${one.candidate.service}`,
              'Undone',
              `${one.candidate.service} has no route any more, as before.`,
            );
          },
          onError: (error) => onRefused(one, error),
        },
      ),
    dismiss,
  };
}
