import { useId } from 'react';
import type { JSX, ReactNode } from 'react';
import classes from '@/components/panels/panel.module.css';

/** A titled part of the side panel. */
export function PanelSection(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.sectionHead}>
        <h3 id={id}>{props.title}</h3>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}
