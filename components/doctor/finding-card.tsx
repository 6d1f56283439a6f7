'use client';

import type { JSX } from 'react';
import classes from '@/components/doctor/doctor.module.css';
import { FindingFix } from '@/components/doctor/finding-fix';
import { FindingObjects } from '@/components/doctor/finding-objects';
import { SEVERITY_LOOK, type ShownFinding } from '@/components/doctor/severity-look';
import { StatusGlyph } from '@/components/ui/status-glyph';

/** One finding: what was seen, what to do, which objects. What is right, and needs nothing, is one line. */
export function FindingCard({ finding }: { readonly finding: ShownFinding }): JSX.Element {
  const { severity, title, seen, source, rule } = finding;
  const { status, one } = SEVERITY_LOOK[severity];
  return (
    <li className={classes.finding} data-severity={severity} data-rule={rule}>
      <StatusGlyph status={status} />
      <div className={classes.body}>
        <h3 className={classes.title}>
          <span className="fanari-visually-hidden">{one}: </span>
          {title}
        </h3>
        <p className={classes.seen}>{seen}</p>
        <FindingFix finding={finding} />
        <FindingObjects finding={finding} />
        <p className={classes.source}>From {source}.</p>
      </div>
    </li>
  );
}
