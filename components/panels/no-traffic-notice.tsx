'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { JSX } from 'react';
import classes from '@/components/doctor/doctor.module.css';
import { SEVERITY_LOOK } from '@/components/doctor/severity-look';
import { usePanelContext } from '@/components/panels/panel-context';
import { doctorQuery } from '@/components/queries/doctor-query';
import { scopeQuery } from '@/components/shell/scope-query';
import { useUrlState } from '@/components/shell/use-url-state';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { formatWindow } from '@/mesh/format-window';

/** Stands above a graph of nodes without traffic, and says why there is none. */
export function NoTrafficNotice(): JSX.Element | null {
  const { graph } = usePanelContext();
  const { state } = useUrlState();
  const { data } = useQuery(doctorQuery(graph.namespaces, state.paused));
  if (data === undefined) return null;
  const [reason] = data.emptyGraph;
  const severity = reason?.severity ?? 'info';
  return (
    <section className={classes.notice} data-severity={severity} aria-label="No traffic">
      <StatusGlyph status={SEVERITY_LOOK[severity].status} />
      <p role="status">
        {reason === undefined ? (
          <>
            <strong>No traffic in the last {formatWindow(graph.windowSeconds)}.</strong> Nothing in
            these namespaces was called through a proxy. A longer window may show what was called
            before.
          </>
        ) : (
          <>
            <strong>No traffic: {reason.title}.</strong> {reason.seen}
          </>
        )}
      </p>
      <Link href={`/doctor${scopeQuery(state)}`}>Ask the doctor</Link>
    </section>
  );
}
