'use client';

import { useMemo, useRef } from 'react';
import type { JSX, ReactNode } from 'react';
import classes from '@/components/panels/data-table.module.css';
import {
  filterRows,
  sortRows,
  type TableColumn,
  type TableSort,
} from '@/components/panels/table-rows';
import { useVisibleRows } from '@/components/panels/use-visible-rows';

const ROW_HEIGHT_PX = 37;

/** What a sortable table shows. The first column's cell is the row's button; `renderCell` gives the contents. */
export interface DataTableProps<Row> {
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  readonly filter: string;
  readonly sort: TableSort;
  readonly onSort: (sort: TableSort) => void;
  readonly keyOf: (row: Row) => string;
  readonly textOf: (row: Row) => string;
  readonly nameColumn: string;
  readonly isSelected: (row: Row) => boolean;
  readonly onOpen: (row: Row) => void;
  readonly renderCell: (row: Row, column: string) => ReactNode;
}

/** A table that sorts by its headings, filters by text, and draws only what is in sight when it is long. */
export function DataTable<Row>(props: DataTableProps<Row>): JSX.Element {
  const { rows, columns, filter, textOf, sort } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(
    () => sortRows(filterRows(rows, filter, textOf), columns, sort),
    [rows, filter, textOf, columns, sort],
  );
  const { first, last, aboveHeight, belowHeight } = useVisibleRows(
    scroller,
    shown.length,
    ROW_HEIGHT_PX,
  );
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={0}
      role="region"
      aria-label={props.caption}
    >
      <table className={classes.table} aria-rowcount={shown.length + 1}>
        <caption className="fanari-visually-hidden">
          {props.caption}, {shown.length} of {rows.length}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {aboveHeight > 0 && <tr style={{ height: aboveHeight }} aria-hidden="true" />}
          {shown.slice(first, last).map((row, offset) => (
            <BodyRow key={props.keyOf(row)} row={row} index={first + offset} table={props} />
          ))}
          {belowHeight > 0 && <tr style={{ height: belowHeight }} aria-hidden="true" />}
        </tbody>
      </table>
      {shown.length === 0 && <p className={classes.empty}>Nothing matches.</p>}
    </div>
  );
}

function HeadCell<Row>(props: {
  readonly column: TableColumn<Row>;
  readonly sort: TableSort;
  readonly onSort: (sort: TableSort) => void;
}): JSX.Element {
  const { column, sort, onSort } = props;
  const isSorted = sort.column === column.id;
  const direction = sort.isDescending ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      aria-sort={isSorted ? direction : 'none'}
      data-number={column.isNumber || undefined}
    >
      <button
        type="button"
        onClick={() =>
          onSort({
            column: column.id,
            isDescending: isSorted ? !sort.isDescending : column.isNumber,
          })
        }
      >
        {column.title}
        <span aria-hidden="true">{isSorted ? (sort.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

function BodyRow<Row>(props: {
  readonly row: Row;
  readonly index: number;
  readonly table: DataTableProps<Row>;
}): JSX.Element {
  const { row, index, table } = props;
  const isSelected = table.isSelected(row);
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={isSelected || undefined}
      onClick={() => table.onOpen(row)}
    >
      {table.columns.map(({ id, isNumber }) =>
        id === table.nameColumn ? (
          <th key={id} scope="row">
            <button
              type="button"
              aria-pressed={isSelected}
              onClick={(event) => {
                event.stopPropagation();
                table.onOpen(row);
              }}
            >
              {table.renderCell(row, id)}
            </button>
          </th>
        ) : (
          <td key={id} data-number={isNumber || undefined}>
            {table.renderCell(row, id)}
          </td>
        ),
      )}
    </tr>
  );
}
