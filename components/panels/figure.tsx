import type { JSX, ReactNode } from 'react';
import classes from '@/components/panels/panel.module.css';
import { Tip } from '@/components/ui/tip';
import { UNKNOWN_TEXT } from '@/components/ui/unknown-text';

/** One figure with its label, which says where the figure is from, and with the reason where it is not known. */
export function Figure(props: {
  readonly label: string;
  readonly value: string;
  readonly from: string;
  /** Shown under an unknown value. */
  readonly unknownReason?: string;
  readonly tone?: 'failing' | 'degraded' | undefined;
  readonly note?: ReactNode;
}): JSX.Element {
  const isUnknown = props.value === UNKNOWN_TEXT;
  return (
    <div className={classes.figure}>
      <dt>
        <Tip label={props.from}>
          <button
            type="button"
            className={classes.hint}
            aria-label={`${props.label}. ${props.from}`}
          >
            {props.label}
          </button>
        </Tip>
      </dt>
      <dd data-tone={props.tone} data-unknown={isUnknown || undefined}>
        {props.value}
        {isUnknown && props.unknownReason !== undefined && (
          <span className={classes.reason}>{props.unknownReason}</span>
        )}
        {props.note !== undefined && <span className={classes.reason}>{props.note}</span>}
      </dd>
    </div>
  );
}
