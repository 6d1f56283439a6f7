'use client';

import {
  IconArrowsMaximize,
  IconFoldDown,
  IconFold,
  IconKeyboard,
  IconListDetails,
  IconMap,
  IconMinus,
  IconPlus,
  IconRefresh,
} from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import { Legend } from '@/components/graph/toolbar/legend';
import { fitView, zoomView } from '@/components/graph/scene/view-commands';
import styles from '@/components/graph/graph-canvas.module.css';
import { Popup } from '@/components/ui/popup';
import { Tip } from '@/components/ui/tip';
import type { GraphScene } from '@/components/graph/scene/graph-scene';

interface GraphToolbarProps {
  readonly scene: GraphScene;
  readonly isMinimapShown: boolean;
  readonly onMinimap: (isShown: boolean) => void;
  /** `null`: there is nothing to fold. */
  readonly isAllFolded: boolean | null;
  readonly onFoldAll: (isFolded: boolean) => void;
}

/** The buttons at the edge of the drawing. */
export function GraphToolbar(props: GraphToolbarProps): JSX.Element {
  const { cy } = props.scene;
  return (
    <div
      className={styles['toolbar']}
      role="toolbar"
      aria-label="Graph view"
      aria-orientation="vertical"
    >
      <Tool label="Zoom in" onClick={() => zoomView(cy, 1.3)}>
        <IconPlus size={16} />
      </Tool>
      <Tool label="Zoom out" onClick={() => zoomView(cy, 1 / 1.3)}>
        <IconMinus size={16} />
      </Tool>
      <Tool label="Fit everything in view" onClick={() => fitView(cy, true)}>
        <IconArrowsMaximize size={16} />
      </Tool>
      <Tool
        label="Reset the layout, also what was moved"
        onClick={() => props.scene.layout.reset()}
      >
        <IconRefresh size={16} />
      </Tool>
      {props.isAllFolded !== null && (
        <Tool
          label={props.isAllFolded ? 'Open all namespaces' : 'Fold all namespaces'}
          onClick={() => props.onFoldAll(!props.isAllFolded)}
        >
          {props.isAllFolded ? <IconFoldDown size={16} /> : <IconFold size={16} />}
        </Tool>
      )}
      <Tool
        label={props.isMinimapShown ? 'Hide the map' : 'Show the map'}
        isPressed={props.isMinimapShown}
        onClick={() => props.onMinimap(!props.isMinimapShown)}
      >
        <IconMap size={16} />
      </Tool>
      <Panel label="Legend" icon={<IconListDetails size={16} />}>
        <Legend />
      </Panel>
      <Panel label="Keyboard" icon={<IconKeyboard size={16} />}>
        <Shortcuts />
      </Panel>
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly isPressed?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Tool({ label, isPressed, onClick, children }: ToolProps): JSX.Element {
  return (
    <Tip label={label} side="left">
      <button
        type="button"
        className={styles['tool']}
        aria-label={label}
        aria-pressed={isPressed}
        onClick={onClick}
      >
        {children}
      </button>
    </Tip>
  );
}

function Panel({
  label,
  icon,
  children,
}: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <Popup
      label={label}
      side="left"
      button={icon}
      buttonProps={{ className: styles['tool'], 'aria-label': label, title: label }}
    >
      {children}
    </Popup>
  );
}

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['←', '↑', '→', '↓'], 'walk from node to node'],
  [['Enter'], 'select the node'],
  [['Space'], 'fold or open its box'],
  [['Esc'], 'clear the selection'],
  [['+', '−'], 'zoom'],
  [['0'], 'fit everything'],
  [['Tab'], 'go to a split; arrows move its weights'],
  [['Shift', '→'], 'move a weight by ten'],
];

function Shortcuts(): JSX.Element {
  return (
    <dl className={styles['keys']}>
      {KEYS.map(([keys, words]) => (
        <div key={words} className={styles['keyRow']}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}
