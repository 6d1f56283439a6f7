import type { JSX, ReactNode } from 'react';
import classes from '@/components/panels/panel.module.css';
import { HealthBadge } from '@/components/ui/health-badge';
import type { Health } from '@/mesh/health/health';

/** Title of the side panel: what it is, its name, and its health with the rule that decided. */
export function PanelHead(props: {
  readonly kind: ReactNode;
  readonly title: string;
  readonly health?: Health;
}): JSX.Element {
  return (
    <div className={classes.head}>
      <div className={classes.kind}>{props.kind}</div>
      <h2 className={classes.title}>{props.title}</h2>
      {props.health !== undefined && (
        <div className={classes.rule}>
          <HealthBadge status={props.health.status} />
          <span>
            {props.health.reason} <span className={classes.mono}>({props.health.rule})</span>
          </span>
        </div>
      )}
    </div>
  );
}
