import type { JSX } from 'react';
import classes from '@/components/panels/panel.module.css';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { STATUS_WORD } from '@/components/ui/status-word';
import type { Health, HealthStatus } from '@/mesh/health/health';

const ORDER: readonly HealthStatus[] = ['failing', 'degraded', 'healthy', 'idle', 'unknown'];

/** How many are failing, degraded and so on; statuses that none has are left out. */
export function HealthCounts({
  items,
}: {
  readonly items: readonly { readonly health: Health }[];
}): JSX.Element {
  const count = (status: HealthStatus) =>
    items.filter(({ health }) => health.status === status).length;
  return (
    <div className={classes.counts}>
      {ORDER.filter((status) => count(status) > 0).map((status) => (
        <span key={status} className={classes.count}>
          <StatusGlyph status={status} />
          <b>{count(status)}</b> {STATUS_WORD[status].toLowerCase()}
        </span>
      ))}
    </div>
  );
}
