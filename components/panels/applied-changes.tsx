'use client';

import { Button, CloseButton } from '@mantine/core';
import type { JSX } from 'react';
import classes from '@/components/panels/applied-changes.module.css';
import type { AppliedChange, WeightChanges } from '@/components/panels/use-weight-changes';
import { splitOfChange } from '@/components/panels/weight-change';
import { formatRatio } from '@/components/ui/format-ratio';
import { StatusGlyph } from '@/components/ui/status-glyph';
import type { TrafficSplit } from '@/mesh/splits/split';

/** One chip per change written from this page: configured against observed until they agree, and Undo. */
export function AppliedChanges({
  changes,
  splits,
}: {
  readonly changes: WeightChanges;
  readonly splits: readonly TrafficSplit[];
}): JSX.Element {
  return (
    <section aria-label="Weights written" className={classes.list}>
      {changes.applied.map((applied) => (
        <Chip
          key={`${applied.atMs} ${applied.change.rulePointer}`}
          applied={applied}
          split={splitOfChange(splits, applied.change)}
          changes={changes}
        />
      ))}
    </section>
  );
}

function Chip(props: {
  readonly applied: AppliedChange;
  readonly split: TrafficSplit | null;
  readonly changes: WeightChanges;
}): JSX.Element {
  const { applied, split, changes } = props;
  // The split is asked for every few seconds; until it holds the new weights it speaks of the old ones.
  const isRead = split !== null && holdsWeights(split, applied.change.wanted);
  const follows = isRead && split.agreement === 'agrees';
  return (
    <div className={classes.chip} role="status">
      <StatusGlyph status={follows ? 'healthy' : 'degraded'} />
      <div className={classes.text}>
        <strong>{applied.change.object.name}</strong>{' '}
        {follows ? 'set, and traffic follows' : 'set; waiting for traffic to follow'}
        {isRead && <Progress split={split} />}
      </div>
      <Button
        size="compact-sm"
        variant="default"
        loading={changes.isUndoing}
        onClick={() => changes.undo(applied)}
      >
        Undo
      </Button>
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => changes.dismiss(applied)} />
    </div>
  );
}

function holdsWeights(split: TrafficSplit, wanted: readonly (number | null)[]): boolean {
  return split.destinations.every(
    ({ weight }, index) => wanted[index] === null || wanted[index] === weight,
  );
}

function Progress({ split }: { readonly split: TrafficSplit }): JSX.Element {
  return (
    <dl className={classes.progress}>
      {split.destinations.map(({ index, label, share, observedShare }) => (
        <div key={index}>
          <dt>{label}</dt>
          <dd>
            {formatRatio(share)} <span>observed {formatRatio(observedShare)}</span>
            <span className={classes.track} aria-hidden="true">
              {observedShare !== null && (
                <span className={classes.observed} style={{ width: `${observedShare * 100}%` }} />
              )}
              {share !== null && (
                <span className={classes.target} style={{ left: `${share * 100}%` }} />
              )}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
