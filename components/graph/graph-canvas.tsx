'use client';

import type { JSX } from 'react';
import type { EdgeLabel } from '@/components/graph/edge-label';
import type { Selection } from '@/components/graph/selection';
import type { Graph } from '@/mesh/graph/graph';
import type { TrafficSplit } from '@/mesh/splits/split';

/** What the drawn graph needs; everything that the URL keeps is controlled from outside. */
export interface GraphCanvasProps {
  readonly graph: Graph;
  readonly splits: readonly TrafficSplit[];
  readonly edgeLabel: EdgeLabel;
  readonly selection: Selection | null;
  readonly onSelect: (selection: Selection | null) => void;
  /** Expression whose matches are highlighted; empty highlights nothing. */
  readonly find: string;
  /** Expression whose matches are taken away; empty hides nothing. */
  readonly hide: string;
  readonly animate: boolean;
  /** Ids of the boxes (`namespace:bookinfo`, `app:bookinfo/reviews`) that are folded; `null`: the canvas decides by size. */
  readonly collapsed?: readonly string[] | null;
  readonly onCollapsedChange?: (boxIds: readonly string[]) => void;
  /** The user let go of a split's handle; `wanted` are whole weights in the order of `split.destinations`. */
  readonly onWeightsChosen: (split: TrafficSplit, wanted: readonly number[]) => void;
  /** Weights to show as if they were set, e.g. while the confirmation sheet is open. */
  readonly preview: { readonly splitId: string; readonly wanted: readonly number[] } | null;
  readonly colorScheme: 'light' | 'dark';
  /** Name under which moved nodes are remembered in this browser, e.g. the cluster's name. */
  readonly memoryKey?: string;
}

/** The service graph: drawn, walked by pointer and keyboard, with a handle wherever traffic splits. */
export function GraphCanvas(props: GraphCanvasProps): JSX.Element {
  return <div role="application" aria-label={`Service graph, ${props.graph.nodes.length} nodes`} />;
}
