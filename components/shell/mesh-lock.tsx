'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { JSX } from 'react';
import { mtlsQuery } from '@/components/queries/mtls-query';
import classes from '@/components/shell/app-shell.module.css';
import { scopeQuery } from '@/components/shell/scope-query';
import { useUrlState } from '@/components/shell/use-url-state';
import { formatRatio } from '@/components/ui/format-ratio';
import { carriesTraffic, noShareReason } from '@/components/ui/no-share-reason';
import { Tip } from '@/components/ui/tip';
import { VerdictGlyph } from '@/components/ui/verdict-glyph';

const REFRESH_MS = 60_000;

/** The mesh's mTLS in a few words, leading to the mTLS page; shows nothing until it is known. */
export function MeshLock(): JSX.Element | null {
  const { state } = useUrlState();
  const scope = { namespaces: [], window: state.window };
  const { data } = useQuery({ ...mtlsQuery(scope, state.paused), refetchInterval: REFRESH_MS });
  if (data === undefined) return null;
  const { mode, verdict, observedRatio } = data.mesh;
  const observed =
    observedRatio === null
      ? noShareReason(data.gaps, data.edges.some(carriesTraffic))
      : `${formatRatio(observedRatio)} observed`;
  return (
    <Tip
      label={`Mesh mode ${mode.mode}, decided by ${mode.decidedBy?.name ?? mode.at}. Open the mTLS page.`}
    >
      <Link href={`/mtls${scopeQuery(state)}`} className={classes.chip}>
        <VerdictGlyph verdict={verdict} />
        mTLS {mode.mode.toLowerCase()}
        <span className={classes.chipText}>· {observed}</span>
      </Link>
    </Tip>
  );
}
