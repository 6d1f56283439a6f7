'use client';

import { useMemo } from 'react';
import { boxesOf, type Box } from '@/components/graph/fold/boxes';
import { defaultCollapsed } from '@/components/graph/fold/default-collapsed';
import { foldGraph, type DrawnGraph } from '@/components/graph/fold/fold-graph';
import { findMatches, hideMatches } from '@/components/graph/find/hide-matches';
import { parseFind } from '@/components/graph/find/parse-find';
import { toElements, type GraphElements } from '@/components/graph/to-elements';
import type { EdgeLabel } from '@/components/graph/edge-label';
import type { Graph } from '@/mesh/graph/graph';
import type { TrafficSplit } from '@/mesh/splits/split';

/** Everything that is derived from the props for one picture. */
export interface DrawnPicture {
  /** What is left after hiding. */
  readonly graph: Graph;
  readonly boxes: readonly Box[];
  readonly collapsed: readonly string[];
  readonly drawn: DrawnGraph;
  readonly elements: GraphElements;
  /** `null`: nothing is looked for. */
  readonly found: ReadonlySet<string> | null;
  /** What is wrong with the expressions, in words; empty when nothing is. */
  readonly faults: readonly string[];
}

/** What the picture depends on. */
export interface PictureInput {
  readonly graph: Graph;
  readonly splits: readonly TrafficSplit[];
  readonly edgeLabel: EdgeLabel;
  readonly find: string;
  readonly hide: string;
  readonly collapsed: readonly string[] | null;
}

/** Derives the picture: hide, box, fold, turn into elements, find. Each step is kept while its own input stays. */
export function useDrawnGraph(input: PictureInput): DrawnPicture {
  const find = useMemo(() => parseFind(input.find), [input.find]);
  const hide = useMemo(() => parseFind(input.hide), [input.hide]);
  const graph = useMemo(
    () => hideMatches(input.graph, hide.ok ? hide.value : null),
    [input.graph, hide],
  );
  const boxes = useMemo(() => boxesOf(graph), [graph]);
  // By the whole graph: what is hidden must not open what is folded.
  const folded = useMemo(() => defaultCollapsed(input.graph), [input.graph]);
  const collapsed = input.collapsed ?? folded;
  const drawn = useMemo(
    () => foldGraph(graph, boxes, new Set(collapsed)),
    [graph, boxes, collapsed],
  );
  const elements = useMemo(
    () => toElements(drawn, input.splits, input.edgeLabel),
    [drawn, input.splits, input.edgeLabel],
  );
  const found = useMemo(() => findMatches(graph, find.ok ? find.value : null), [graph, find]);
  const faults = [
    ...(find.ok ? [] : [`Find: ${find.error.message}`]),
    ...(hide.ok ? [] : [`Hide: ${hide.error.message}`]),
  ];
  return { graph, boxes, collapsed, drawn, elements, found, faults };
}
