'use client';

import { Button } from '@mantine/core';
import type { JSX } from 'react';
import { rebaseChange } from '@/components/panels/weight-change';
import classes from '@/components/panels/weight-sheet.module.css';
import { useNow } from '@/components/shell/use-now';
import { formatAge } from '@/components/ui/format-age';
import { StatusGlyph } from '@/components/ui/status-glyph';
import type { WriteConflict } from '@/contract/problem';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';

/** Somebody else changed the rule in the meantime: who, when, to what; and how to go on from there. */
export function ConflictView(props: {
  readonly change: WeightChange;
  readonly conflict: WriteConflict;
  readonly split: TrafficSplit | null;
  readonly onRevise: (change: WeightChange) => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const { change, conflict, split } = props;
  const nowMs = useNow(5_000);
  const rebased = rebaseChange(change, conflict.current);
  const who = conflict.changedBy ?? 'Somebody';
  const when =
    conflict.changedAtMs === null || nowMs === null
      ? ''
      : `, ${formatAge(nowMs - conflict.changedAtMs)} ago`;
  return (
    <div className={classes.sheet}>
      <div className={classes.note} data-tone="degraded" role="alert">
        <StatusGlyph status="degraded" />
        <div>
          <strong>Changed since you looked; nothing was written</strong>
          <p>
            {who} changed {change.object.kind} {change.object.name}
            {when}.
          </p>
        </div>
      </div>
      <table className={classes.weights}>
        <thead>
          <tr>
            <th scope="col">Destination</th>
            <th scope="col">You saw</th>
            <th scope="col">Is now</th>
            <th scope="col">You want</th>
          </tr>
        </thead>
        <tbody>
          {change.seen.map((seen, index) => {
            const current = conflict.current.find(
              ({ host, subset, port }) =>
                host === seen.host && subset === seen.subset && port === seen.port,
            );
            return (
              <tr key={`${seen.host} ${seen.subset ?? ''} ${index}`}>
                <td>{split?.destinations[index]?.label ?? seen.subset ?? seen.host}</td>
                <td>{seen.weight ?? 'not set'}</td>
                <td>
                  <strong>{current === undefined ? 'gone' : (current.weight ?? 'not set')}</strong>
                </td>
                <td>{change.wanted[index] ?? 'not set'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rebased === null && (
        <p className={classes.waiting}>
          The rule has other destinations now, so these weights no longer fit. Close, and choose
          anew.
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={props.onCancel}>
          Keep what is there now
        </Button>
        {rebased !== null && (
          <Button onClick={() => props.onRevise(rebased)}>
            Use current values and review again
          </Button>
        )}
      </div>
    </div>
  );
}
