'use client';

import { IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import type { JSX } from 'react';
import classes from '@/components/shell/controls.module.css';
import { useUrlState } from '@/components/shell/use-url-state';

/** Pauses and resumes refreshing; while paused, asks once on demand. */
export function LiveControl({ onRefresh }: { readonly onRefresh: () => void }): JSX.Element {
  const { state, update } = useUrlState();
  const Icon = state.paused ? IconPlayerPlay : IconPlayerPause;
  return (
    <>
      <button
        type="button"
        className={classes.live}
        aria-pressed={state.paused}
        onClick={() => update({ paused: !state.paused }, false)}
        title={state.paused ? 'Resume refreshing (P)' : 'Pause refreshing (P)'}
      >
        <Icon size={14} stroke={1.8} aria-hidden />
        {state.paused ? 'Paused' : 'Pause'}
      </button>
      {state.paused && (
        <button type="button" className={classes.live} onClick={onRefresh}>
          <IconRefresh size={14} stroke={1.8} aria-hidden />
          Refresh once
        </button>
      )}
    </>
  );
}
