'use client';

import { useLayoutEffect, useRef, type JSX, type KeyboardEvent, type PointerEvent } from 'react';
import { boundaryAt, moveBoundaryTo, pickBoundary } from '@/components/graph/split/boundaries';
import { percentsAfterKey } from '@/components/graph/split/split-keys';
import { paintSplit } from '@/components/graph/split/paint-split';
import styles from '@/components/graph/split/split-control.module.css';

interface SplitBarProps {
  readonly labels: readonly string[];
  /** What stands in the legend for each label. */
  readonly names: readonly string[];
  /** Whole percents that add up to 100. */
  readonly percents: readonly number[];
  readonly observed: readonly (number | null)[];
  readonly disabled: boolean;
  readonly onPreview: (percents: readonly number[]) => void;
  readonly onChosen: (percents: readonly number[]) => void;
  readonly onCancelled: () => void;
}

const KEY_SETTLE_MS = 800;

/** What is being tried out: the percents so far, and the boundary that the pointer holds. */
interface Draft {
  readonly percents: readonly number[];
  readonly from: readonly number[];
}

/**
 * The bar and its boundaries. While one is held, the page is written to directly (`paintSplit`), not through React, so
 * that a step costs one style pass.
 */
export function SplitBar(props: SplitBarProps): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const draft = useRef<Draft | null>(null);
  const held = useRef<{
    readonly x: number;
    boundary: number | null;
    readonly pressed: number;
  } | null>(null);
  const settling = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const paint = (percents: readonly number[]): void => {
    if (root.current === null) return;
    root.current.toggleAttribute('data-trying', draft.current !== null);
    paintSplit(root.current, props.labels, percents);
  };
  useLayoutEffect(() => {
    if (draft.current !== null && draft.current.percents.length !== props.percents.length)
      draft.current = null;
    paint(draft.current?.percents ?? props.percents);
  });
  useLayoutEffect(() => () => clearTimeout(settling.current), []);

  const tryOut = (percents: readonly number[]): void => {
    const from = draft.current?.from ?? props.percents;
    if (same(percents, draft.current?.percents ?? props.percents)) return;
    draft.current = { percents, from };
    paint(percents);
    props.onPreview(percents);
  };
  const finish = (): void => {
    clearTimeout(settling.current);
    const ended = draft.current;
    draft.current = null;
    held.current = null;
    if (ended === null) return;
    if (same(ended.percents, ended.from)) cancel();
    else props.onChosen(ended.percents);
  };
  const cancel = (): void => {
    clearTimeout(settling.current);
    draft.current = null;
    held.current = null;
    paint(props.percents);
    props.onCancelled();
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>, boundary: number): void => {
    if (props.disabled || event.button !== 0) return;
    clearTimeout(settling.current);
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { x: event.clientX, boundary: null, pressed: boundary };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const holding = held.current;
    const bar = root.current?.querySelector('[data-part="bar"]')?.getBoundingClientRect();
    if (holding === null || bar === undefined || bar.width === 0) return;
    const current = draft.current?.percents ?? props.percents;
    if (holding.boundary === null) {
      const moved = event.clientX - holding.x;
      if (Math.abs(moved) < 2) return;
      holding.boundary = pickBoundary(current, holding.pressed, moved < 0 ? 'left' : 'right');
    }
    const spot = ((event.clientX - bar.left) / bar.width) * 100;
    const before = boundaryAt(current, holding.boundary) - (current[holding.boundary] ?? 0);
    tryOut(moveBoundaryTo(current, holding.boundary, spot - before));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, boundary: number): void => {
    if (props.disabled) return;
    if (event.key === 'Enter' || event.key === ' ' || event.key === 'Escape') {
      if (draft.current === null) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Escape') cancel();
      else finish();
      return;
    }
    const next = percentsAfterKey(
      draft.current?.percents ?? props.percents,
      boundary,
      event.key,
      event.shiftKey,
    );
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    tryOut(next);
    clearTimeout(settling.current);
    settling.current = setTimeout(finish, KEY_SETTLE_MS);
  };

  return (
    <div ref={root} className={styles['barRoot']}>
      <Legend labels={props.labels} names={props.names} />
      <div className={styles['bar']} data-part="bar">
        {props.labels.map((label, index) => (
          <span
            key={`${index}-${label}`}
            className={styles['segment']}
            data-part="segment"
            data-hue={index % 6}
          />
        ))}
        {props.labels.slice(0, -1).map((label, index) => (
          <button
            key={`${index}-${label}`}
            type="button"
            role="slider"
            className={styles['boundary']}
            data-part="boundary"
            disabled={props.disabled}
            aria-label={`Share of ${label} against ${props.labels[index + 1] ?? ''}`}
            aria-orientation="horizontal"
            aria-valuemin={0}
            onPointerDown={(event) => onPointerDown(event, index)}
            onPointerMove={onPointerMove}
            onPointerUp={finish}
            onPointerCancel={cancel}
            onKeyDown={(event) => onKeyDown(event, index)}
          />
        ))}
      </div>
      <ObservedBar observed={props.observed} />
    </div>
  );
}

interface LegendProps {
  readonly labels: readonly string[];
  readonly names: readonly string[];
}

function Legend({ labels, names }: LegendProps): JSX.Element {
  return (
    <div className={styles['legend']} aria-hidden="true">
      {labels.map((label, index) => (
        <span key={`${index}-${label}`} className={styles['entry']}>
          <span className={styles['swatch']} data-hue={index % 6} />
          <span className={styles['name']} title={label}>
            {names[index] ?? label}
          </span>
          <span className={styles['percent']} data-part="percent" />
        </span>
      ))}
    </div>
  );
}

function ObservedBar({ observed }: { readonly observed: readonly (number | null)[] }): JSX.Element {
  const isKnown = observed.length > 0 && observed.every((share) => share !== null);
  return (
    <div className={styles['observedBar']} aria-hidden="true" data-known={isKnown}>
      {isKnown &&
        observed.map((share, index) => (
          <span
            key={index}
            className={styles['observedSegment']}
            data-hue={index % 6}
            style={{ width: `${share * 100}%` }}
          />
        ))}
    </div>
  );
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
