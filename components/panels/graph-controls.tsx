'use client';

import { IconEye, IconTable, IconTopologyStar3, IconWaveSine } from '@tabler/icons-react';
import { useHotkeys, useReducedMotion } from '@mantine/hooks';
import { useRef } from 'react';
import type { JSX } from 'react';
import { parseFind } from '@/components/graph/find/parse-find';
import type { EdgeLabel } from '@/components/graph/edge-label';
import { FindHelp } from '@/components/panels/find-help';
import classes from '@/components/shell/controls.module.css';
import { ClusterSelect } from '@/components/shell/cluster-select';
import { LiveControl } from '@/components/shell/live-control';
import { NamespaceSelect } from '@/components/shell/namespace-select';
import { SelectControl } from '@/components/shell/select-control';
import { TEXT_MAX } from '@/components/shell/url-state';
import { useUrlState } from '@/components/shell/use-url-state';
import { WindowSelect } from '@/components/shell/window-select';
import { Popup } from '@/components/ui/popup';
import { SearchField } from '@/components/ui/search-field';
import type { GraphView } from '@/mesh/graph/graph';

const VIEWS: readonly { readonly value: GraphView; readonly text: string }[] = [
  { value: 'workload', text: 'Workloads' },
  { value: 'versioned-app', text: 'App versions' },
  { value: 'app', text: 'Apps' },
  { value: 'service', text: 'Services' },
];
const LABELS: readonly { readonly value: EdgeLabel; readonly text: string }[] = [
  { value: 'rps', text: 'Rate' },
  { value: 'share', text: 'Share' },
  { value: 'p95', text: 'p95' },
  { value: 'throughput', text: 'Throughput' },
  { value: 'none', text: 'None' },
];

/** The control bar of the graph page; all of its state is in the address. */
export function GraphControls({ onRefresh }: { readonly onRefresh: () => void }): JSX.Element {
  const { state, update } = useUrlState();
  const find = useRef<HTMLInputElement>(null);
  const isStill = useReducedMotion();
  const isTable = state.shape === 'table';
  const nextLabel =
    LABELS[(LABELS.findIndex(({ value }) => value === state.label) + 1) % LABELS.length];
  useHotkeys([
    ['/', () => find.current?.focus()],
    ['T', () => update({ shape: isTable ? 'graph' : 'table' })],
    ['L', () => nextLabel !== undefined && update({ label: nextLabel.value })],
  ]);
  return (
    <div className={classes.bar} role="toolbar" aria-label="Graph settings">
      <fieldset className={classes.segments} aria-label="Shape">
        <button type="button" aria-pressed={!isTable} onClick={() => update({ shape: 'graph' })}>
          <IconTopologyStar3 size={15} stroke={1.7} aria-hidden /> Graph
        </button>
        <button type="button" aria-pressed={isTable} onClick={() => update({ shape: 'table' })}>
          <IconTable size={15} stroke={1.7} aria-hidden /> Table
        </button>
      </fieldset>
      <NamespaceSelect />
      <ClusterSelect />
      <SelectControl
        label="View"
        value={state.view}
        options={VIEWS}
        onChange={(view) => update({ view, selection: null })}
      />
      <WindowSelect />
      {!isTable && (
        <>
          <SelectControl
            label="Labels"
            value={state.label}
            options={LABELS}
            onChange={(label) => update({ label })}
          />
          <SearchField
            inputRef={find}
            className={classes.text}
            placeholder="Find  /"
            label="Find in the graph"
            fault={faultOf(state.find)}
            maxLength={TEXT_MAX}
            value={state.find}
            onChange={(text) => update({ find: text }, false)}
          />
          <SearchField
            className={classes.text}
            placeholder="Hide"
            label="Hide from the graph"
            fault={faultOf(state.hide)}
            maxLength={TEXT_MAX}
            value={state.hide}
            onChange={(text) => update({ hide: text }, false)}
          />
          <Popup
            label="How to find and hide"
            side="below"
            button="?"
            buttonProps={{ className: classes.help, 'aria-label': 'How to find and hide' }}
          >
            <FindHelp />
          </Popup>
          <button
            type="button"
            className={`${classes.live} ${classes.iconic}`}
            aria-pressed={state.animate && !isStill}
            aria-disabled={isStill}
            onClick={() => {
              if (!isStill) update({ animate: !state.animate }, false);
            }}
            title={
              isStill
                ? 'Traffic stands still, because this system asks for reduced motion'
                : 'Animate traffic'
            }
          >
            {state.animate && !isStill ? (
              <IconWaveSine size={14} stroke={1.8} aria-hidden />
            ) : (
              <IconEye size={14} stroke={1.8} aria-hidden />
            )}
            <span>Motion</span>
          </button>
        </>
      )}
      <span className={classes.grow} />
      <LiveControl onRefresh={onRefresh} />
    </div>
  );
}

/** What is wrong with an expression; the drawing says so too. */
function faultOf(expression: string): string | null {
  const parsed = parseFind(expression);
  return parsed.ok ? null : parsed.error.message;
}
