'use client';

import { CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { JSX } from 'react';
import classes from '@/components/doctor/doctor.module.css';

/** A command, and a button that copies it. */
export function CopyCommand({ command }: { readonly command: string }): JSX.Element {
  return (
    <div className={classes.command}>
      <pre tabIndex={0} aria-label="Command">
        <code>{command}</code>
      </pre>
      <CopyButton value={command} timeout={2000}>
        {({ copied, copy }) => (
          <button
            type="button"
            className={classes.copy}
            onClick={copy}
            aria-label={copied ? 'Copied' : `Copy ${command}`}
            title={copied ? 'Copied' : 'Copy'}
          >
            {copied ? (
              <IconCheck size={15} stroke={1.8} aria-hidden />
            ) : (
              <IconCopy size={15} stroke={1.6} aria-hidden />
            )}
          </button>
        )}
      </CopyButton>
    </div>
  );
}
