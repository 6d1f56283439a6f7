'use client';

import { Button, Drawer } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { CanaryChoice } from '@/components/panels/canary-choice';
import { CanaryPreview } from '@/components/panels/canary-preview';
import type { CanaryStarts } from '@/components/panels/use-canary-starts';
import { useReturnFocus } from '@/components/panels/use-return-focus';
import classes from '@/components/panels/weight-sheet.module.css';
import { toApiProblem } from '@/components/queries/api-problem';
import { canaryPreviewQuery } from '@/components/queries/canary-queries';
import { useStartCanary } from '@/components/queries/use-canary-writes';
import type { CanaryPreviewResponse } from '@/contract/canary-preview';
import type { CanaryCandidate, CanaryStart } from '@/mesh/splits/canary';
import { defaultCanaryWeights } from '@/mesh/splits/default-canary-weights';

const TYPING_MS = 300;

/** The sheet that starts a canary: API, first weights, the YAML of everything to be written, and the dry-run's answers. */
export function CanarySheet(props: {
  readonly candidate: CanaryCandidate;
  readonly canaries: CanaryStarts;
}): JSX.Element {
  const { candidate, canaries } = props;
  useReturnFocus();
  return (
    <Drawer
      opened
      onClose={canaries.cancelReview}
      position="right"
      size={560}
      zIndex={310}
      overlayProps={{ backgroundOpacity: 0.25 }}
      title={`Start a canary of ${candidate.service}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <SheetBody key={candidate.id} candidate={candidate} canaries={canaries} />
    </Drawer>
  );
}

function SheetBody({
  candidate,
  canaries,
}: {
  readonly candidate: CanaryCandidate;
  readonly canaries: CanaryStarts;
}): JSX.Element {
  const [start, setStart] = useState(() => firstChoice(candidate));
  // Keys that are typed one after the other are one question.
  const [asked] = useDebouncedValue(start, TYPING_MS);
  const isWhole = totalOf(start) === 100;
  const apply = useStartCanary();
  const preview = useQuery({ ...canaryPreviewQuery(asked), enabled: totalOf(asked) === 100 });
  const problem = apply.error ?? preview.error;
  const isSettled = asked === start && isWhole;
  const ready = isSettled && preview.data !== undefined && mayApply(preview.data);
  const lookAgain = () => {
    apply.reset();
    void preview.refetch();
  };
  return (
    <div className={classes.sheet}>
      <CanaryChoice
        candidate={candidate}
        start={start}
        onChange={(next) => {
          apply.reset();
          setStart(next);
        }}
      />
      <CanaryPreview
        preview={isSettled ? (preview.data ?? null) : null}
        problem={problem === null || !isSettled ? null : toApiProblem(problem)}
        isWaiting={isWhole}
        isWriting={apply.isPending}
        onLookAgain={lookAgain}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={canaries.cancelReview}>
          Cancel
        </Button>
        <Button
          disabled={!ready || apply.error !== null}
          loading={apply.isPending}
          onClick={() => {
            if (preview.data === undefined) return;
            const body = { start, seen: preview.data.seen };
            apply.mutate(body, { onSuccess: (answer) => canaries.onStarted(candidate, answer) });
          }}
        >
          Apply
        </Button>
      </div>
    </div>
  );
}

function firstChoice(candidate: CanaryCandidate): CanaryStart {
  const { namespace, service, versions, apis } = candidate;
  const api = apis.find(({ unavailable }) => unavailable === null)?.api ?? 'VirtualService';
  return { namespace, service, api, weights: defaultCanaryWeights(versions) };
}

/** Sum of the weights; not 100 either while some field holds no number. */
function totalOf({ weights }: CanaryStart): number {
  return weights.reduce((sum, { weight }) => sum + weight, 0);
}

function mayApply({ steps, warnings }: CanaryPreviewResponse): boolean {
  return (
    steps.every(({ dryRun, permitted }) => dryRun.ok && permitted !== false) &&
    !warnings.some(({ blocks }) => blocks)
  );
}
