'use client';

import { Button, Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { ConflictView } from '@/components/panels/conflict-view';
import { ObjectLink } from '@/components/panels/object-link';
import { PreviewWaiting, WarningNotes } from '@/components/panels/preview-notes';
import { SheetNote } from '@/components/panels/sheet-note';
import { useReturnFocus } from '@/components/panels/use-return-focus';
import type { WeightChanges, WeightReview } from '@/components/panels/use-weight-changes';
import { WeightTable } from '@/components/panels/weight-table';
import classes from '@/components/panels/weight-sheet.module.css';
import { YamlDiff } from '@/components/panels/yaml-diff';
import { toApiProblem, type ApiProblem } from '@/components/queries/api-problem';
import { splitPreviewQuery } from '@/components/queries/split-preview-query';
import { useApplyChange } from '@/components/queries/use-apply-change';
import type { SplitPreviewResponse } from '@/contract/split-preview';
import type { TrafficSplit } from '@/mesh/splits/split';

/** The sheet between choosing weights and writing them: before and after, YAML, warnings, the dry-run's answer. */
export function WeightSheet(props: {
  readonly review: WeightReview;
  readonly split: TrafficSplit | null;
  readonly changes: WeightChanges;
}): JSX.Element {
  const { review, split, changes } = props;
  useReturnFocus();
  return (
    <Drawer
      opened
      onClose={changes.cancelReview}
      position="right"
      size={560}
      zIndex={310}
      overlayProps={{ backgroundOpacity: 0.25 }}
      title={review.isUndo ? 'Undo the change of weights' : 'Review the new weights'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <SheetBody
        key={JSON.stringify(review.change)}
        review={review}
        split={split}
        changes={changes}
      />
    </Drawer>
  );
}

function SheetBody({
  review,
  split,
  changes,
}: {
  readonly review: WeightReview;
  readonly split: TrafficSplit | null;
  readonly changes: WeightChanges;
}): JSX.Element {
  const { change } = review;
  const apply = useApplyChange();
  const preview = useQuery({ ...splitPreviewQuery(change), enabled: review.conflict === null });
  const problem = apply.error ?? preview.error;
  const refused = problem === null ? null : toApiProblem(problem);
  const conflict = refused?.conflict ?? review.conflict;
  if (conflict !== null) {
    return (
      <ConflictView
        change={change}
        conflict={conflict}
        split={split}
        onRevise={changes.revise}
        onCancel={changes.cancelReview}
      />
    );
  }
  const isBlocked = preview.data === undefined || !mayApply(preview.data);
  return (
    <div className={classes.sheet}>
      <p className={classes.object}>
        <ObjectLink object={change.object} /> <code>{change.rulePointer}</code>
      </p>
      <WeightTable change={change} split={split} />
      <PreviewPart
        preview={preview.data ?? null}
        problem={refused}
        onTryAgain={apply.error === null ? () => void preview.refetch() : null}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={changes.cancelReview}>
          Cancel
        </Button>
        <Button
          disabled={isBlocked}
          loading={apply.isPending}
          onClick={() => apply.mutate(change, { onSuccess: changes.onApplied })}
        >
          {review.isUndo ? 'Apply undo' : 'Apply'}
        </Button>
      </div>
    </div>
  );
}

function PreviewPart({
  preview,
  problem,
  onTryAgain,
}: {
  readonly preview: SplitPreviewResponse | null;
  readonly problem: ApiProblem | null;
  /** `null` when it was the write that failed: Apply tries that again. */
  readonly onTryAgain: (() => void) | null;
}): JSX.Element {
  if (problem !== null) {
    return (
      <>
        {preview !== null && <YamlDiff before={preview.before} after={preview.after} />}
        <SheetNote tone="failing" title={problem.title}>
          {problem.detail}
        </SheetNote>
        {onTryAgain !== null && (
          <div>
            <Button size="xs" variant="default" onClick={onTryAgain}>
              Try again
            </Button>
          </div>
        )}
      </>
    );
  }
  if (preview === null) {
    return <PreviewWaiting what="the change" height={120} />;
  }
  return (
    <>
      <WarningNotes what="the change" warnings={preview.warnings} />
      <YamlDiff before={preview.before} after={preview.after} />
      <DryRunNote preview={preview} />
    </>
  );
}

function DryRunNote({ preview }: { readonly preview: SplitPreviewResponse }): JSX.Element {
  if (preview.permitted === false) {
    return (
      <SheetNote tone="failing" title="Not permitted">
        Fanari is read-only here, or its account may not patch this object. {preview.dryRun.message}
      </SheetNote>
    );
  }
  return preview.dryRun.ok ? (
    <SheetNote tone="healthy" title="The API server would accept it">
      Tried by server-side dry-run; nothing was written.
    </SheetNote>
  ) : (
    <SheetNote tone="failing" title="The API server refuses it">
      {preview.dryRun.message}
    </SheetNote>
  );
}

function mayApply(preview: SplitPreviewResponse): boolean {
  return (
    preview.dryRun.ok &&
    preview.permitted !== false &&
    !preview.warnings.some(({ blocks }) => blocks)
  );
}
