'use client';

import { useEffect, useLayoutEffect, useMemo, useRef, type JSX, type WheelEvent } from 'react';
import { predictedEdges } from '@/components/graph/split/predicted-edges';
import { SplitHandle } from '@/components/graph/split/split-handle';
import type { GraphScene } from '@/components/graph/scene/graph-scene';
import type { DrawnGraph } from '@/components/graph/fold/fold-graph';
import type { Selection } from '@/components/graph/selection';
import type { TrafficSplit } from '@/mesh/splits/split';

interface SplitHandlesProps {
  readonly scene: GraphScene;
  readonly drawn: DrawnGraph;
  readonly splits: readonly TrafficSplit[];
  readonly preview: { readonly splitId: string; readonly wanted: readonly number[] } | null;
  readonly selection: Selection | null;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onWeightsChosen: (split: TrafficSplit, wanted: readonly number[]) => void;
}

/** A handle on every service in view whose traffic splits, and the predictions on the edges that leave it. */
export function SplitHandles(props: SplitHandlesProps): JSX.Element {
  const { scene, drawn, splits, preview } = props;
  const nodeById = useMemo(() => new Map(drawn.nodes.map((node) => [node.id, node])), [drawn]);
  const cards = useMemo(() => {
    const byId = new Map(splits.map((split) => [split.id, split]));
    return drawn.nodes
      .map((node) => ({ node, splits: node.splits.flatMap((id) => byId.get(id) ?? []) }))
      .filter((card) => card.splits.length > 0);
  }, [drawn, splits]);

  // What is being dragged goes before what is under review: a graph that arrives in between must not wipe it out.
  const tried = useRef<SplitHandlesProps['preview']>(null);
  const predict = (): void => {
    const shown = tried.current ?? preview;
    const card = cards.find((entry) => entry.splits.some((split) => split.id === shown?.splitId));
    const split = card?.splits.find((entry) => entry.id === shown?.splitId);
    if (shown === null || card === undefined || split === undefined) {
      scene.predictions.show(null);
      return;
    }
    const edgesOut = drawn.edges.filter((edge) => edge.source === card.node.id);
    scene.predictions.show(predictedEdges(split, shown.wanted, edgesOut, nodeById));
  };
  const tryOut = (split: TrafficSplit, wanted: readonly number[] | null): void => {
    tried.current = wanted === null ? null : { splitId: split.id, wanted };
    predict();
  };
  useEffect(predict, [scene, preview, cards, drawn, nodeById]);
  useLayoutEffect(() => scene.anchorOverlays(), [scene, cards]);

  return (
    <div onWheel={(event) => passWheel(scene, event)}>
      {cards.map((card) => (
        <SplitHandle
          key={card.node.id}
          scene={scene}
          nodeId={card.node.id}
          label={card.node.label}
          splits={card.splits}
          preview={preview}
          selectedSplitId={props.selection?.kind === 'split' ? props.selection.id : null}
          onSelectNode={() => props.onSelect({ kind: 'node', id: card.node.id })}
          onSelectSplit={(split) => props.onSelect({ kind: 'split', id: split.id })}
          onTry={tryOut}
          onChosen={(split, wanted) => {
            tryOut(split, null);
            props.onWeightsChosen(split, wanted);
          }}
        />
      ))}
    </div>
  );
}

/** The wheel zooms the graph, also when the pointer is over a handle. */
function passWheel(scene: GraphScene, event: WheelEvent): void {
  const container = scene.cy.container();
  container?.dispatchEvent(
    new window.WheelEvent('wheel', { ...wheelInit(event), bubbles: true, cancelable: true }),
  );
}

function wheelInit(event: WheelEvent): WheelEventInit {
  const { deltaX, deltaY, deltaMode, clientX, clientY, ctrlKey } = event;
  return { deltaX, deltaY, deltaMode, clientX, clientY, ctrlKey };
}
