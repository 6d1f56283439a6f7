'use client';

import { useReducedMotion } from '@mantine/hooks';
import { useEffect, useId, useMemo, useRef, useState, type JSX, type ReactNode } from 'react';
import { describeElement } from '@/components/graph/describe-element';
import { BoxTitles } from '@/components/graph/overlay/box-titles';
import { showFound, showSelection } from '@/components/graph/scene/highlight';
import { SplitHandles } from '@/components/graph/split/split-handles';
import { GraphToolbar } from '@/components/graph/toolbar/graph-toolbar';
import { Minimap } from '@/components/graph/toolbar/minimap';
import { useDrawnGraph } from '@/components/graph/use-drawn-graph';
import { useGraphKeys } from '@/components/graph/use-graph-keys';
import { useGraphScene } from '@/components/graph/use-graph-scene';
import { useSceneEvents } from '@/components/graph/use-scene-events';
import { useThemeVariables } from '@/components/graph/use-theme-variables';
import styles from '@/components/graph/graph-canvas.module.css';
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
  /** The user let go of a split's handle; `wanted` are whole percents in the order of `split.destinations`. */
  readonly onWeightsChosen: (split: TrafficSplit, wanted: readonly number[]) => void;
  /** Weights to show as if they were set, e.g. while the confirmation sheet is open. */
  readonly preview: { readonly splitId: string; readonly wanted: readonly number[] } | null;
  readonly colorScheme: 'light' | 'dark';
  /** Name under which moved nodes are remembered in this browser, e.g. the cluster's name. */
  readonly memoryKey?: string;
  /** Shown in place of the drawing when `hide` has taken everything away. */
  readonly nothingLeft?: ReactNode;
}

/** The service graph: drawn, walked by pointer and keyboard, with a handle wherever traffic splits. */
export function GraphCanvas(props: GraphCanvasProps): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const cytoscape = useRef<HTMLDivElement>(null);
  const traffic = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const predictions = useRef<HTMLDivElement>(null);
  const scene = useGraphScene(
    { cytoscape, traffic, marks, world, predictions },
    props.colorScheme,
    styles['prediction'] ?? '',
  );
  const [ownCollapsed, setOwnCollapsed] = useState<readonly string[] | null>(null);
  const [isMinimapShown, setIsMinimapShown] = useState(true);
  const [layoutFault, setLayoutFault] = useState<string | null>(null);
  const helpId = useId();
  const isStill = useReducedMotion(undefined, { getInitialValueInEffect: false });
  const picture = useDrawnGraph({ ...props, collapsed: props.collapsed ?? ownCollapsed });
  const { drawn, elements, found, collapsed } = picture;
  const faults = layoutFault === null ? picture.faults : [...picture.faults, layoutFault];
  useThemeVariables(root, props.colorScheme);

  const setCollapsed = (boxIds: readonly string[]): void => {
    setOwnCollapsed(boxIds);
    props.onCollapsedChange?.(boxIds);
  };
  const toggleBox = (boxId: string): void =>
    setCollapsed(
      collapsed.includes(boxId) ? collapsed.filter((id) => id !== boxId) : [...collapsed, boxId],
    );
  const namespaceBoxes = picture.boxes
    .filter((box) => box.kind === 'namespace')
    .map((box) => box.id);
  const keys = useGraphKeys(scene, { drawn, onSelect: props.onSelect, onToggleBox: toggleBox });
  useSceneEvents(scene, { drawn, onSelect: props.onSelect, onToggleBox: toggleBox });

  const memoryName = `${props.memoryKey ?? 'default'}.${props.graph.view}`;
  useEffect(() => {
    if (scene === null) return;
    // Not through React, which would say so a frame after the drawing shows.
    scene.layout.onBusy((isBusy) => {
      if (root.current !== null) root.current.dataset['busy'] = String(isBusy);
    });
    scene.layout.onFault(setLayoutFault);
    scene.labels.onPlaced(({ names, pills }) => {
      if (root.current === null) return;
      root.current.dataset['edgeLabels'] = String(pills);
      root.current.dataset['nodeNames'] = String(names);
    });
    scene.layout.useMemory(memoryName);
    scene.update(elements);
    scene.anchorOverlays();
  }, [scene, elements, memoryName]);
  useEffect(() => {
    if (scene === null) return;
    showFound(scene.cy, drawn, found);
    scene.anchorOverlays();
  }, [scene, drawn, found]);
  const splitNodeId = useMemo(
    () => (props.selection?.kind === 'split' ? nodeOfSplit(props.graph, props.selection.id) : null),
    [props.graph, props.selection],
  );
  useEffect(() => {
    if (scene === null) return;
    showSelection(scene.cy, props.selection, splitNodeId);
    scene.labels.placeSoon();
  }, [scene, elements, props.selection, splitNodeId]);
  useEffect(() => {
    if (scene === null || !props.animate || isStill) return undefined;
    scene.traffic.start();
    scene.traffic.reload();
    return () => scene.traffic.stop();
  }, [scene, props.animate, isStill]);

  return (
    <div ref={root} className={styles['root']} data-busy="true">
      <div
        className={styles['stage']}
        tabIndex={0}
        role="application"
        aria-label={`Service graph, ${picture.graph.nodes.length} nodes, ${picture.graph.edges.length} edges`}
        aria-describedby={helpId}
        onKeyDown={keys.onKeyDown}
        onBlur={keys.leave}
      >
        <div ref={cytoscape} className={styles['cytoscape']} />
        <canvas ref={traffic} className={styles['overlay']} />
        <canvas ref={marks} className={styles['overlay']} />
      </div>
      <div className={styles['worldClip']}>
        <div ref={world} className={styles['world']}>
          <div ref={predictions} />
          {scene !== null && (
            <>
              <BoxTitles
                scene={scene}
                boxes={drawn.boxes}
                onSelect={props.onSelect}
                onToggle={toggleBox}
              />
              <SplitHandles
                scene={scene}
                drawn={drawn}
                splits={props.splits}
                preview={props.preview}
                selection={props.selection}
                onSelect={props.onSelect}
                onWeightsChosen={props.onWeightsChosen}
              />
            </>
          )}
        </div>
      </div>
      <p id={helpId} className={styles['hidden']}>
        Arrow keys walk from node to node, Enter selects, Space folds, Escape clears.
      </p>
      <p className={styles['hidden']} aria-live="polite">
        {keys.focusedId === null ? '' : (describeElement(drawn, keys.focusedId) ?? '')}
      </p>
      {picture.graph.nodes.length === 0 && props.nothingLeft !== undefined && (
        <div className={styles['nothingLeft']}>{props.nothingLeft}</div>
      )}
      {faults.length > 0 && (
        <p className={styles['fault']} role="status">
          {faults.join(' · ')}
        </p>
      )}
      {scene !== null && (
        <div className={styles['tools']}>
          {isMinimapShown && <Minimap scene={scene} scheme={props.colorScheme} />}
          <GraphToolbar
            scene={scene}
            isMinimapShown={isMinimapShown}
            onMinimap={setIsMinimapShown}
            isAllFolded={
              namespaceBoxes.length === 0
                ? null
                : namespaceBoxes.every((id) => collapsed.includes(id))
            }
            onFoldAll={(isFolded) => setCollapsed(isFolded ? namespaceBoxes : [])}
          />
        </div>
      )}
    </div>
  );
}

function nodeOfSplit(graph: Graph, splitId: string): string | null {
  return graph.nodes.find((node) => node.splits.includes(splitId))?.id ?? null;
}
