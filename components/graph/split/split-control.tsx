'use client';

import { toPercents } from '@/mesh/splits/to-percents';
import type { JSX } from 'react';
import { configuredPercents } from '@/components/graph/split/boundaries';
import { distinctLabels } from '@/components/graph/split/distinct-labels';
import { observedText } from '@/components/graph/split/observed-text';
import { SplitBar } from '@/components/graph/split/split-bar';
import { SplitFields } from '@/components/graph/split/split-fields';
import styles from '@/components/graph/split/split-control.module.css';
import { withCluster } from '@/components/ui/with-cluster';
import type { TrafficSplit } from '@/mesh/splits/split';

/** A split to show and to move. */
export interface SplitControlProps {
  readonly split: TrafficSplit;
  /** Weights to show in place of the configured ones, in the order of `split.destinations`; `null` shows the configured. */
  readonly wanted: readonly number[] | null;
  /** `compact` is the handle on the graph, `full` adds numeric fields for the side panel. */
  readonly variant: 'compact' | 'full';
  readonly disabled?: boolean;
  /** Called for every step while dragging, and with `null` when the user gives up; must be cheap. */
  readonly onPreview?: (wanted: readonly number[] | null) => void;
  /** Called when the user lets go, or after key presses have settled (Enter: at once). Whole percents that add up to 100. */
  readonly onChosen: (wanted: readonly number[]) => void;
}

/**
 * A bar with one segment per destination whose boundaries can be dragged or moved by keyboard, over a thin bar of what
 * is observed. It holds no weights of its own: after `onChosen` it shows `wanted`, or the configured ones again.
 */
export function SplitControl(props: SplitControlProps): JSX.Element {
  const { split } = props;
  const percents =
    props.wanted !== null && props.wanted.length === split.destinations.length
      ? toPercents(props.wanted)
      : configuredPercents(split);
  const labels = split.destinations.map((destination) => destination.label);
  const observed = observedText(split);
  return (
    <div
      className={styles['control']}
      data-variant={props.variant}
      role="group"
      aria-label={groupLabel(split)}
    >
      <SplitBar
        labels={labels}
        names={props.variant === 'compact' ? distinctLabels(labels) : labels}
        percents={percents}
        observed={split.destinations.map((destination) => destination.observedShare)}
        disabled={props.disabled ?? false}
        onPreview={(wanted) => props.onPreview?.(wanted)}
        onChosen={props.onChosen}
        onCancelled={() => props.onPreview?.(null)}
      />
      <p
        className={styles['observed']}
        data-agreement={split.agreement}
        data-trying={props.wanted !== null || undefined}
      >
        <span className={styles['agreement']} title={split.agreementReason}>
          <span className={styles['sign']} aria-hidden="true">
            {observed.sign}
          </span>
          {observed.words}
        </span>
        <span className={styles['unwritten']}>
          not written; still {configuredPercents(split).join(' / ')} %
        </span>
      </p>
      {split.totalWeight === 0 && <p className={styles['note']}>All weights are 0</p>}
      {props.variant === 'full' && (
        <SplitFields
          labels={labels}
          percents={percents}
          disabled={props.disabled ?? false}
          onChosen={props.onChosen}
        />
      )}
    </div>
  );
}

function groupLabel(split: TrafficSplit): string {
  const rule = split.matches.length > 0 ? `, ${split.matches.join(' or ')}` : '';
  return `Traffic split of ${split.object.kind} ${withCluster(split.object.name, split.object.cluster)}${rule}`;
}
