'use client';

import { withCluster } from '@/components/ui/with-cluster';
import { Button, CloseButton } from '@mantine/core';
import type { JSX } from 'react';
import classes from '@/components/panels/applied-changes.module.css';
import { isSameRule, type AppliedChange } from '@/components/panels/own-writes';
import type { WeightChanges } from '@/components/panels/use-weight-changes';
import { splitOfChange } from '@/components/panels/weight-change';
import { writtenText } from '@/components/panels/written-text';
import { formatRatio } from '@/components/ui/format-ratio';
import { StatusGlyph } from '@/components/ui/status-glyph';
import type { TrafficSplit } from '@/mesh/splits/split';

interface AppliedChangesProps {
  readonly changes: WeightChanges;
  readonly splits: readonly TrafficSplit[];
  /** When the splits were read, epoch milliseconds. */
  readonly readAtMs: number;
  readonly windowSeconds: number | null;
}

/** One chip per rule that this tab wrote to: configured against observed until they agree, and Undo, step by step. */
export function AppliedChanges(props: AppliedChangesProps): JSX.Element {
  const { applied } = props.changes;
  return (
    <section aria-label="Weights written" className={classes.list}>
      {applied.map((one, index) => {
        const ofRule = applied.filter(({ change }) => isSameRule(change, one.change));
        return ofRule.at(-1) === one ? (
          <Chip
            key={`${one.change.object.name} ${one.change.rulePointer} ${index}`}
            {...props}
            applied={one}
            count={ofRule.length}
          />
        ) : null;
      })}
    </section>
  );
}

function Chip(
  props: AppliedChangesProps & { readonly applied: AppliedChange; readonly count: number },
): JSX.Element {
  const { applied, changes, count } = props;
  const split = splitOfChange(props.splits, applied.change);
  const text = writtenText(applied, split, props.readAtMs, props.windowSeconds);
  return (
    <div className={classes.chip} role="status">
      <StatusGlyph status={text.status} />
      <div className={classes.text}>
        <strong>{withCluster(applied.change.object.name, applied.change.object.cluster)}</strong>{' '}
        {text.words}
        {text.reason !== null && <p className={classes.reason}>{text.reason}</p>}
        {text.isRead && split !== null && <Progress split={split} />}
      </div>
      <Button
        size="compact-sm"
        variant="default"
        loading={changes.undoing === applied.undo}
        disabled={changes.undoing !== null}
        title={count > 1 ? `${count} changes can be undone one after the other` : undefined}
        onClick={() => changes.undo(applied)}
      >
        {count > 1 ? `Undo (${count})` : 'Undo'}
      </Button>
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => changes.dismiss(applied)} />
    </div>
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
