'use client';

import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { JSX } from 'react';
import panel from '@/components/panels/panel.module.css';
import classes from '@/components/panels/trace-waterfall.module.css';
import { toApiProblem } from '@/components/queries/api-problem';
import { statusQuery } from '@/components/queries/status-query';
import { traceQuery } from '@/components/queries/trace-query';
import { formatMilliseconds } from '@/components/ui/format-milliseconds';
import type { TraceSpan } from '@/mesh/traces';

const INDENT_PX = 10;
const DEEPEST_INDENT = 8;

/** The spans of a trace in order, each with a bar where it lies in the whole; a span unfolds into its tags. */
export function TraceWaterfall({ traceId }: { readonly traceId: string }): JSX.Element {
  const { data, error } = useQuery(traceQuery(traceId));
  const { data: status } = useQuery(statusQuery());
  if (error !== null) return <p className={panel.quiet}>{toApiProblem(error).message}</p>;
  if (data === undefined) return <Skeleton height={120} role="status" aria-label="Loading" />;
  const pages = status?.jaegerPublicUrl ?? null;
  return (
    <>
      <ol className={classes.spans} aria-label={`Spans of ${data.rootName}`}>
        {data.spans.map((span) => (
          <Span key={span.spanId} span={span} totalMs={data.durationMs} />
        ))}
      </ol>
      {pages !== null && (
        <a
          className={classes.link}
          href={`${pages}/trace/${encodeURIComponent(traceId)}`}
          target="_blank"
          rel="noreferrer"
        >
          Open in Jaeger
        </a>
      )}
    </>
  );
}

function Span({
  span,
  totalMs,
}: {
  readonly span: TraceSpan;
  readonly totalMs: number;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const percent = (part: number) =>
    `${totalMs > 0 ? Math.min(100, Math.max(0, (part / totalMs) * 100)) : 0}%`;
  const indent = Math.min(span.depth, DEEPEST_INDENT) * INDENT_PX;
  return (
    <li>
      <button
        type="button"
        className={classes.span}
        aria-expanded={isOpen}
        aria-label={`${span.service} ${span.operation}, depth ${span.depth}, starts at ${formatMilliseconds(span.offsetMs)}, takes ${formatMilliseconds(span.durationMs)}${span.isError ? ', error' : ''}`}
        onClick={() => setOpen(!isOpen)}
      >
        <span className={classes.name} style={{ paddingLeft: indent }}>
          <b>{span.service}</b> {span.operation}
        </span>
        <span className={classes.time}>
          {span.isError && <em>error </em>}
          {formatMilliseconds(span.durationMs)}
        </span>
        <span className={classes.track}>
          <span
            className={classes.bar}
            data-error={span.isError || undefined}
            style={{ left: percent(span.offsetMs), width: percent(span.durationMs) }}
          />
        </span>
      </button>
      {isOpen && (
        <dl className={classes.tags}>
          {Object.entries(span.tags).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
