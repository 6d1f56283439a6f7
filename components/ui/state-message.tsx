import type { JSX, ReactNode } from 'react';
import classes from '@/components/ui/state-message.module.css';

/** A whole area's message: why there is nothing to see and what to do. `children` are the ways on. */
export function StateMessage(props: {
  readonly title: string;
  readonly text: ReactNode;
  readonly tone?: 'quiet' | 'failing';
  readonly children?: ReactNode;
}): JSX.Element {
  const isFailing = props.tone === 'failing';
  return (
    <div className={classes.area} role={isFailing ? 'alert' : 'status'}>
      <div className={classes.card} data-tone={props.tone ?? 'quiet'}>
        <h2 className={classes.title}>{props.title}</h2>
        <div className={classes.text}>{props.text}</div>
        {props.children !== undefined && <div className={classes.actions}>{props.children}</div>}
      </div>
    </div>
  );
}
