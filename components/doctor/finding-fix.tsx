'use client';

import type { JSX } from 'react';
import { CopyCommand } from '@/components/doctor/copy-command';
import classes from '@/components/doctor/doctor.module.css';
import type { ShownFinding } from '@/components/doctor/severity-look';

/** What to do about a finding, with its commands; draws nothing where nothing has to be done. */
export function FindingFix({ finding }: { readonly finding: ShownFinding }): JSX.Element | null {
  const { fix } = finding;
  if (fix === null) return null;
  return (
    <div className={classes.fix}>
      <p>
        <strong>Fix.</strong> {fix.text}
      </p>
      {fix.commands.map((command) => (
        <CopyCommand key={command} command={command} />
      ))}
    </div>
  );
}
