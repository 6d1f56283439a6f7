'use client';

import { useState, type JSX } from 'react';
import { configuredPercents } from '@/components/graph/split/boundaries';
import { SplitControl } from '@/components/graph/split/split-control';
import styles from '@/components/graph/split/split-handle.module.css';
import { toPercents } from '@/mesh/splits/to-percents';
import type { TrafficSplit } from '@/mesh/splits/split';

interface SplitHandleProps {
  readonly nodeId: string;
  readonly label: string;
  /** At least one: the rules that split this service's traffic, in the order in which they are tried. */
  readonly splits: readonly TrafficSplit[];
  readonly preview: { readonly splitId: string; readonly wanted: readonly number[] } | null;
  /** Split that is selected elsewhere; its rule is shown. */
  readonly selectedSplitId: string | null;
  readonly onSelectSplit: (split: TrafficSplit) => void;
  readonly onTry: (split: TrafficSplit, wanted: readonly number[] | null) => void;
  readonly onChosen: (split: TrafficSplit, wanted: readonly number[]) => void;
}

/**
 * The handle on a service's card: the split that can be dragged, a stepper where several rules split, and a note of
 * mirrors. Seen from far away it is a chip that opens.
 */
export function SplitHandle(props: SplitHandleProps): JSX.Element | null {
  const [chosenRule, setChosenRule] = useState<string | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const index = shownRule(props.splits, [
    props.preview?.splitId ?? null,
    props.selectedSplitId,
    chosenRule,
  ]);
  const split = props.splits[index];
  if (split === undefined) return null;
  const wanted = props.preview?.splitId === split.id ? props.preview.wanted : null;
  const isSingle = props.splits.every((one) => one.destinations.length === 1);
  const step = (by: number): void => {
    const next = props.splits[(index + by + props.splits.length) % props.splits.length];
    if (next === undefined) return;
    setChosenRule(next.id);
    props.onSelectSplit(next);
  };
  return (
    <div
      className={styles['anchor']}
      data-anchor={props.nodeId}
      data-anchor-at="body"
      data-open={isOpen}
      data-single={isSingle}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setIsOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isOpen) setIsOpen(false);
      }}
    >
      <button
        type="button"
        className={styles['chip']}
        {...(isSingle ? {} : { 'aria-expanded': isOpen })}
        aria-label={`Open the traffic split of ${props.label}, ${chipText(split, wanted)}`}
        {...(isSingle ? { title: `All to ${split.destinations[0]?.label ?? ''}` } : {})}
        onClick={() => (isSingle ? props.onSelectSplit(split) : setIsOpen(!isOpen))}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) setIsOpen(true);
        }}
      >
        {chipText(split, wanted)}
      </button>
      <div className={styles['handle']} data-testid={`split-${split.id}`}>
        {(props.splits.length > 1 || split.matches.length > 0) && (
          <RuleStepper split={split} index={index} count={props.splits.length} onStep={step} />
        )}
        <SplitControl
          key={split.id}
          split={split}
          wanted={wanted}
          variant="compact"
          onPreview={(next) => props.onTry(split, next)}
          onChosen={(next) => props.onChosen(split, next)}
        />
        {split.mirrors.length > 0 && (
          <p className={styles['mirror']} title={mirrorText(split)}>
            {mirrorText(split)}
          </p>
        )}
      </div>
    </div>
  );
}

/** The first of the wished rules that is among these; else the last, which takes everything that is left. */
function shownRule(splits: readonly TrafficSplit[], wishes: readonly (string | null)[]): number {
  for (const wish of wishes) {
    const index = splits.findIndex(({ id }) => id === wish);
    if (index >= 0) return index;
  }
  return splits.length - 1;
}

function chipText(split: TrafficSplit, wanted: readonly number[] | null): string {
  const percents = wanted === null ? configuredPercents(split) : toPercents(wanted);
  return percents.length === 1 ? '100 %' : percents.join(' / ');
}

function mirrorText(split: TrafficSplit): string {
  return split.mirrors
    .map((mirror) => `mirrors ${mirror.percent} % to ${mirror.subset ?? mirror.host}`)
    .join(', ');
}

interface RuleStepperProps {
  readonly split: TrafficSplit;
  readonly index: number;
  readonly count: number;
  readonly onStep: (by: number) => void;
}

function RuleStepper({ split, index, count, onStep }: RuleStepperProps): JSX.Element {
  const summary = split.matches.length > 0 ? split.matches.join(' or ') : 'everything else';
  return (
    <div className={styles['stepper']}>
      {count > 1 && (
        <button
          type="button"
          className={styles['step']}
          aria-label="Previous rule"
          onClick={() => onStep(-1)}
        >
          ‹
        </button>
      )}
      <span className={styles['rule']} title={summary} aria-live="polite">
        {count > 1 ? `${index + 1}/${count} · ${summary}` : summary}
      </span>
      {count > 1 && (
        <button
          type="button"
          className={styles['step']}
          aria-label="Next rule"
          onClick={() => onStep(1)}
        >
          ›
        </button>
      )}
    </div>
  );
}
