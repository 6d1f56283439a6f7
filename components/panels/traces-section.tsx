'use client';

import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { JSX } from 'react';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { toApiProblem } from '@/components/queries/api-problem';
import { tracesQuery } from '@/components/queries/traces-query';
import { useNow } from '@/components/shell/use-now';
import { formatAge } from '@/components/ui/format-age';
import { formatMilliseconds } from '@/components/ui/format-milliseconds';
import { StatusGlyph } from '@/components/ui/status-glyph';
import type { TraceSummary } from '@/mesh/traces';

const TraceWaterfall = dynamic(
  () => import('@/components/panels/trace-waterfall').then((module) => module.TraceWaterfall),
  {
    loading: () => <Skeleton height={120} />,
  },
);

const LIMIT = 10;
const SHORTEST_RANGE = '5m';

/** Recent traces through a node or edge, errors first, each unfolding into its waterfall. */
export function TracesSection(props: {
  readonly kind: 'node' | 'edge';
  readonly id: string;
}): JSX.Element {
  const { graph, window } = usePanelContext();
  const range = graph.windowSeconds < 300 ? SHORTEST_RANGE : window;
  const scope = { kind: props.kind, id: props.id, view: graph.view, window: range };
  const { data, error } = useQuery(tracesQuery(scope, LIMIT));
  return (
    <PanelSection title="Traces">
      {error !== null && <p className={classes.quiet}>{toApiProblem(error).message}</p>}
      {error === null && data === undefined && (
        <Skeleton height={90} role="status" aria-label="Loading" />
      )}
      {data?.gaps.map((gap) => (
        <p key={gap.what} className={classes.quiet}>
          No {gap.what}: {gap.message}
        </p>
      ))}
      {data?.gaps.length === 0 && data.traces.length === 0 && (
        <p className={classes.quiet}>
          No trace passed here in the last {range}. Sampling may have left them out.
        </p>
      )}
      <ul className={classes.list}>
        {data?.traces.map((trace) => (
          <TraceItem key={trace.traceId} trace={trace} />
        ))}
      </ul>
    </PanelSection>
  );
}

function TraceItem({ trace }: { readonly trace: TraceSummary }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const nowMs = useNow(10_000);
  const { errorCount, spanCount } = trace;
  const isError = (errorCount ?? 0) > 0;
  const health = isError ? 'failing' : errorCount === null ? 'unknown' : 'healthy';
  return (
    <li>
      <button
        type="button"
        className={`${classes.item} ${classes.trace}`}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <StatusGlyph status={health} size={12} />
        <span className="fanari-visually-hidden">
          {isError ? `${errorCount} errors` : errorCount === null ? 'errors not known' : 'no error'}
        </span>
        <span className={classes.traceName} title={`${trace.rootService} ${trace.rootName}`}>
          {trace.rootName}
        </span>
        <span className={classes.traceSide}>
          {spanCount !== null && `${spanCount} spans · `}
          {formatMilliseconds(trace.durationMs)}
          {nowMs !== null && ` · ${formatAge(nowMs - trace.startMs)}`}
        </span>
      </button>
      {isOpen && <TraceWaterfall traceId={trace.traceId} />}
    </li>
  );
}
