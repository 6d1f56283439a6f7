import type { JSX, ReactNode } from 'react';
import classes from '@/components/mtls/mtls-page.module.css';

/** Title of a part of the mTLS page, a sentence about it, and its actions. */
export function SectionHead(props: {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}): JSX.Element {
  return (
    <div className={classes.head}>
      <h2>{props.title}</h2>
      <p>{props.text}</p>
      {props.children !== undefined && <div className={classes.actions}>{props.children}</div>}
    </div>
  );
}
