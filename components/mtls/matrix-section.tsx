'use client';

import { useRef, useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';
import { toMatrix } from '@/components/mtls/to-matrix';
import classes from '@/components/mtls/mtls-page.module.css';
import { SectionHead } from '@/components/mtls/section-head';
import { formatRatio } from '@/components/ui/format-ratio';
import { VERDICT, VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import { VerdictGlyph } from '@/components/ui/verdict-glyph';
import type { EdgeFilter } from '@/components/mtls/edge-list';
import type { MtlsCell } from '@/mesh/mtls/mtls';

const STEP: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Who calls whom across namespaces and whether it is encrypted; walked with the arrow keys, a cell lists its edges. */
export function MatrixSection(props: {
  readonly cells: readonly MtlsCell[];
  readonly chosen: EdgeFilter['pair'];
  readonly onChoose: (pair: EdgeFilter['pair']) => void;
}): JSX.Element | null {
  const { cells, chosen, onChoose } = props;
  const grid = useRef<HTMLTableElement>(null);
  const [focus, setFocus] = useState<readonly [number, number]>([0, 0]);
  const { sources, targets, cellOf } = toMatrix(cells);
  if (cells.length === 0) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEP[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const row = Math.min(sources.length - 1, Math.max(0, focus[0] + step[0]));
    const column = Math.min(targets.length - 1, Math.max(0, focus[1] + step[1]));
    setFocus([row, column]);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${row} ${column}"]`)?.focus();
  };
  return (
    <section aria-label="Namespace to namespace">
      <SectionHead
        title="Namespace to namespace"
        text="Rows call columns. A cell sums up its edges and the share of mutual TLS seen; choose one to list them."
      />
      <div className={classes.scroll}>
        <table
          ref={grid}
          role="grid"
          className={`${classes.table} ${classes.matrix}`}
          onKeyDown={onKeyDown}
          aria-label="mTLS from namespace to namespace"
        >
          <thead>
            <tr>
              <th scope="col">From \ to</th>
              {targets.map((target) => (
                <th key={target ?? ''} scope="col">
                  {target ?? 'outside'}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sources.map((source, row) => (
              <tr key={source ?? ''}>
                <th scope="row">{source ?? 'outside'}</th>
                {targets.map((target, column) => (
                  <Cell
                    key={target ?? ''}
                    cell={cellOf(source, target)}
                    position={`${row} ${column}`}
                    isFocusable={focus[0] === row && focus[1] === column}
                    onFocus={() => setFocus([row, column])}
                    isChosen={chosen?.source === source && chosen.target === target}
                    onChoose={() => onChoose({ source, target })}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell(props: {
  readonly cell: MtlsCell | null;
  readonly position: string;
  readonly isFocusable: boolean;
  readonly onFocus: () => void;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const { cell, position, isFocusable, onFocus } = props;
  const shared = {
    'data-cell': position,
    tabIndex: isFocusable ? 0 : -1,
    onFocus,
  };
  // Most cells of a large mesh are empty: one element each.
  if (cell === null) return <td role="gridcell" aria-label="no traffic" {...shared} />;
  const { tone, word } = VERDICT[cell.verdict];
  const counts = VERDICTS_WORST_FIRST.filter((verdict) => cell.verdicts[verdict] > 0)
    .map((verdict) => `${cell.verdicts[verdict]} ${VERDICT[verdict].word.toLowerCase()}`)
    .join(', ');
  return (
    <td role="gridcell">
      <button
        type="button"
        {...shared}
        className={classes.cell}
        data-tone={tone}
        title={counts}
        aria-pressed={props.isChosen}
        onClick={props.onChoose}
      >
        <b>
          <VerdictGlyph verdict={cell.verdict} size={13} />
          {word}
        </b>
        <span>
          {cell.edges} {cell.edges === 1 ? 'edge' : 'edges'} · {formatRatio(cell.observedRatio)}
        </span>
      </button>
    </td>
  );
}
