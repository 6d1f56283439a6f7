import { Skeleton } from '@mantine/core';
import type { JSX } from 'react';
import { SheetNote } from '@/components/panels/sheet-note';
import classes from '@/components/panels/weight-sheet.module.css';

interface PreviewWarning {
  readonly rule: string;
  readonly message: string;
  /** What is previewed cannot be written as long as this holds. */
  readonly blocks: boolean;
}

/** Stands where a preview will be while the API server tries it; `what` is tried, e.g. `the change`. */
export function PreviewWaiting(props: {
  readonly what: string;
  /** Pixels that the preview is likely to take. */
  readonly height: number;
}): JSX.Element {
  return (
    <div role="status" aria-label={`Trying ${props.what} without writing it`}>
      <p className={classes.waiting}>Trying it on the API server without writing…</p>
      <Skeleton height={props.height} />
    </div>
  );
}

/** What to know before `what`, e.g. `the change`, is written; the warnings that block it say so. */
export function WarningNotes(props: {
  readonly what: string;
  readonly warnings: readonly PreviewWarning[];
}): JSX.Element {
  return (
    <>
      {props.warnings.map(({ rule, message, blocks }) => (
        <SheetNote
          key={rule + message}
          tone={blocks ? 'failing' : 'degraded'}
          title={blocks ? `This blocks ${props.what}` : 'Take care'}
        >
          {message}
        </SheetNote>
      ))}
    </>
  );
}
