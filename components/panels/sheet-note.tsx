import type { JSX, ReactNode } from 'react';
import classes from '@/components/panels/weight-sheet.module.css';
import { StatusGlyph } from '@/components/ui/status-glyph';

/** Something to know before writing, by glyph and words as well as by colour. */
export function SheetNote(props: {
  readonly tone: 'failing' | 'degraded' | 'healthy';
  readonly title: string;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <div
      className={classes.note}
      data-tone={props.tone}
      role={props.tone === 'failing' ? 'alert' : 'status'}
    >
      <StatusGlyph status={props.tone} />
      <div>
        <strong>{props.title}</strong>
        <p>{props.children}</p>
      </div>
    </div>
  );
}
