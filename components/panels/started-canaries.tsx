'use client';

import { Button, CloseButton } from '@mantine/core';
import type { JSX } from 'react';
import classes from '@/components/panels/applied-changes.module.css';
import type { CanaryStarts } from '@/components/panels/use-canary-starts';
import { StatusGlyph } from '@/components/ui/status-glyph';
import type { CanaryUndo } from '@/mesh/splits/canary';
import { refKey } from '@/mesh/topology/object';

/** Whether two undos are about the same objects; weights written since change nothing of that. */
function isSame(a: CanaryUndo | null, b: CanaryUndo): boolean {
  const keys = ({ steps }: CanaryUndo) => steps.map(({ object }) => refKey(object)).join(' ');
  return a !== null && keys(a) === keys(b);
}

/** One chip per canary started from this page, with Undo. */
export function StartedCanaries({ canaries }: { readonly canaries: CanaryStarts }): JSX.Element {
  return (
    <section aria-label="Canaries started" className={classes.list}>
      {canaries.started.map((started) => (
        <div key={started.candidate.id} className={classes.chip} role="status">
          <StatusGlyph status={started.changedSince === null ? 'healthy' : 'degraded'} />
          <div className={classes.text}>
            <strong>{started.candidate.service}</strong>{' '}
            {isSame(canaries.undoing, started.undo)
              ? 'is being taken back: its route first, and a moment later what that named'
              : (started.changedSince ?? 'has a route now; move its weights on the graph')}
          </div>
          <Button
            size="compact-sm"
            variant="default"
            loading={canaries.undoing !== null}
            onClick={() => canaries.undo(started)}
          >
            {started.changedSince === null ? 'Undo' : 'Undo anyway'}
          </Button>
          <CloseButton size="sm" aria-label="Dismiss" onClick={() => canaries.dismiss(started)} />
        </div>
      ))}
    </section>
  );
}
