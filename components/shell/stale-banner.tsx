'use client';

import type { JSX } from 'react';
import type { ApiProblem } from '@/components/queries/api-problem';
import type { LiveGraph } from '@/components/queries/use-graph-stream';
import classes from '@/components/shell/banner.module.css';
import { useNow } from '@/components/shell/use-now';
import { formatAge } from '@/components/ui/format-age';
import { StatusGlyph } from '@/components/ui/status-glyph';

const QUIET_MS = 5_000;

/** Says that what is on screen is old, and how old; draws nothing while it is fresh. */
export function StaleBanner(props: {
  readonly mode: LiveGraph['mode'];
  readonly receivedAtMs: number | null;
  readonly problem: ApiProblem | null;
}): JSX.Element | null {
  const nowMs = useNow(1_000);
  const { mode, receivedAtMs, problem } = props;
  if (nowMs === null || receivedAtMs === null || mode === 'live') return null;
  const ageMs = nowMs - receivedAtMs;
  if (mode === 'connecting' && ageMs < QUIET_MS) return null;
  if (mode === 'polling' && problem === null) return null;
  const age = formatAge(ageMs);
  const text =
    mode === 'paused'
      ? `Paused. This is from ${age === 'just now' ? 'just now' : `${age} ago`}.`
      : `Connection lost; this is from ${age} ago. ${problem === null ? '' : `${problem.message}. `}Trying again.`;
  return (
    <div
      className={classes.banner}
      data-tone={mode === 'paused' ? 'idle' : 'failing'}
      role="status"
    >
      <StatusGlyph status={mode === 'paused' ? 'idle' : 'failing'} />
      <span>{text}</span>
    </div>
  );
}
