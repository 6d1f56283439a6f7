'use client';

import type { JSX } from 'react';
import { useDragOnPlane } from '@/components/graph/overlay/use-drag-on-plane';
import styles from '@/components/graph/graph-canvas.module.css';
import type { GraphScene } from '@/components/graph/scene/graph-scene';
import type { Box } from '@/components/graph/fold/boxes';
import type { Selection } from '@/components/graph/selection';

interface BoxTitlesProps {
  readonly scene: GraphScene;
  readonly boxes: readonly Box[];
  readonly onSelect: (selection: Selection) => void;
  readonly onToggle: (boxId: string) => void;
}

/** The titles of open boxes: a button that folds, and the name, by which a namespace is selected or dragged about (a cluster is not). */
export function BoxTitles(props: BoxTitlesProps): JSX.Element {
  return (
    <>
      {props.boxes.map((box) => (
        <div
          key={box.id}
          className={styles['boxTitle']}
          data-anchor={box.id}
          data-anchor-at="title"
          data-kind={box.kind}
        >
          <button
            type="button"
            className={styles['boxFold']}
            aria-label={`Fold ${box.kind} ${box.label}`}
            onClick={() => props.onToggle(box.id)}
          >
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <path d="M3 4.5l3 3 3-3" />
            </svg>
          </button>
          {box.kind === 'cluster' ? (
            <span className={styles['boxName']}>{box.label}</span>
          ) : (
            <BoxName {...props} box={box} />
          )}
        </div>
      ))}
    </>
  );
}

function BoxName({ scene, box, onSelect }: BoxTitlesProps & { readonly box: Box }): JSX.Element {
  const drag = useDragOnPlane(
    scene,
    () => membersOf(scene, box),
    (ids) => scene.layout.nodesMoved(ids, box.kind === 'namespace' ? box.id : null),
  );
  return (
    <button
      type="button"
      className={styles['boxName']}
      title={
        box.kind === 'namespace'
          ? `Namespace ${box.label}; drag to move`
          : `App ${box.label}; drag to move`
      }
      {...drag.handlers}
      onClick={() => {
        if (!drag.endedDrag()) onSelect({ kind: 'namespace', id: box.namespace });
      }}
    >
      {box.label}
    </button>
  );
}

function membersOf(scene: GraphScene, box: Box) {
  return scene.cy
    .getElementById(box.id)
    .descendants()
    .filter((node) => !node.isParent());
}
