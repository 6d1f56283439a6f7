import type { JSX } from 'react';
import classes from '@/components/ui/badge.module.css';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { STATUS_WORD } from '@/components/ui/status-word';
import type { HealthStatus } from '@/mesh/health/health';

/** A health status as glyph and word. */
export function HealthBadge({ status }: { readonly status: HealthStatus }): JSX.Element {
  return (
    <span className={classes.badge} data-tone={status}>
      <StatusGlyph status={status} size={12} />
      {STATUS_WORD[status]}
    </span>
  );
}
