import { Button } from '@mantine/core';
import type { JSX } from 'react';
import classes from '@/components/mtls/mtls-page.module.css';

/** Rows of one page of the list. */
export const PAGE_ROWS = 50;

/** Leads through a long list page by page; draws nothing when one page holds all. `page` counts from 0. */
export function Pager(props: {
  readonly page: number;
  readonly rows: number;
  readonly onPage: (page: number) => void;
}): JSX.Element | null {
  const { page, rows, onPage } = props;
  const last = Math.ceil(rows / PAGE_ROWS) - 1;
  if (last < 1) return null;
  const first = page * PAGE_ROWS + 1;
  return (
    <nav className={classes.pager} aria-label="Pages of edges">
      <span role="status">
        {first} to {Math.min(rows, first + PAGE_ROWS - 1)} of {rows}
      </span>
      <Button size="xs" variant="default" disabled={page === 0} onClick={() => onPage(0)}>
        First
      </Button>
      <Button size="xs" variant="default" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Previous
      </Button>
      <Button size="xs" variant="default" disabled={page >= last} onClick={() => onPage(page + 1)}>
        Next
      </Button>
      <Button size="xs" variant="default" disabled={page >= last} onClick={() => onPage(last)}>
        Last
      </Button>
    </nav>
  );
}
