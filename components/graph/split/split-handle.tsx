'use client';

import { useState, type JSX } from 'react';
import { useDragOnPlane } from '@/components/graph/overlay/use-drag-on-plane';
import { useOpenedWithin } from '@/components/graph/split/use-opened-within';
import { configuredPercents } from '@/components/graph/split/boundaries';
import { ruleText } from '@/components/graph/split/rule-text';
import { SplitControl } from '@/components/graph/split/split-control';
import styles from '@/components/graph/split/split-handle.module.css';
import { toPercents } from '@/mesh/splits/to-percents';
import type { GraphScene } from '@/components/graph/scene/graph-scene';
import { Tip } from '@/components/ui/tip';
import type { TrafficSplit } from '@/mesh/splits/split';

interface SplitHandleProps {
  readonly scene: GraphScene;
  readonly nodeId: string;
  readonly label: string;
  /** At least one: the rules that split this service's traffic, in the order in which they are tried. */
  readonly splits: readonly TrafficSplit[];
  readonly preview: { readonly splitId: string; readonly wanted: readonly number[] } | null;
  /** Split that is selected elsewhere; its rule is shown. */
  readonly selectedSplitId: string | null;
  readonly onSelectNode: () => void;
  readonly onSelectSplit: (split: TrafficSplit) => void;
  readonly onTry: (split: TrafficSplit, wanted: readonly number[] | null) => void;
  readonly onChosen: (split: TrafficSplit, wanted: readonly number[]) => void;
}

/**
 * The handle on a service's card: the split that can be dragged, a stepper where several rules split, and a note of
 * mirrors. Seen from far away it is a chip that opens, covers its node, and so is the node's grip too.
 */
export function SplitHandle(props: SplitHandleProps): JSX.Element | null {
  const [chosenRule, setChosenRule] = useState<string | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const { scene, nodeId } = props;
  const drag = useDragOnPlane(
    scene,
    () => scene.cy.getElementById(nodeId),
    (ids) => scene.layout.nodesMoved(ids, null),
  );
  const index = shownRule(props.splits, [
    props.preview?.splitId ?? null,
    props.selectedSplitId,
    chosenRule,
  ]);
  const split = props.splits[index];
  const handle = useOpenedWithin(scene, isOpen, split?.id ?? '');
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
        {...drag.handlers}
        onPointerEnter={() => scene.cy.getElementById(nodeId).emit('mouseover')}
        onPointerLeave={() => scene.cy.getElementById(nodeId).emit('mouseout')}
        onClick={() => {
          if (drag.endedDrag()) return;
          if (isSingle) props.onSelectSplit(split);
          else setIsOpen(!isOpen);
        }}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) setIsOpen(true);
        }}
      >
        {chipText(split, wanted)}
      </button>
      <div ref={handle} className={styles['handle']} data-testid={`split-${split.id}`}>
        <button type="button" className={styles['service']} onClick={props.onSelectNode}>
          {props.label}
        </button>
        {(props.splits.length > 1 || split.matches.length > 0) && (
          <RuleStepper
            split={split}
            index={index}
            count={props.splits.length}
            onStep={step}
            onSelect={() => props.onSelectSplit(split)}
          />
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
  readonly onSelect: () => void;
}

function RuleStepper({ split, index, count, onStep, onSelect }: RuleStepperProps): JSX.Element {
  const text = ruleText(split, index, count);
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
      <Tip label={text}>
        <button type="button" className={styles['rule']} onClick={onSelect}>
          <span aria-live="polite">{text}</span>
        </button>
      </Tip>
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
