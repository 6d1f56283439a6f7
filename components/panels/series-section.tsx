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
import { seriesQuery } from '@/components/queries/series-query';
import { SelectControl } from '@/components/shell/select-control';
import { formatBytesPerSecond } from '@/components/ui/format-bytes-per-second';
import { formatMilliseconds } from '@/components/ui/format-milliseconds';
import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import type { SeriesResponse } from '@/contract/series';

const Sparkline = dynamic(
  () => import('@/components/charts/sparkline').then((module) => module.Sparkline),
  {
    ssr: false,
    loading: () => <Skeleton height={56} />,
  },
);

const RANGES = [
  { value: '15m', text: '15 min' },
  { value: '1h', text: '1 h' },
  { value: '6h', text: '6 h' },
  { value: '1d', text: '1 d' },
] as const;

type Range = (typeof RANGES)[number]['value'];

/** Traffic of a node or edge over time: rate, errors and p95, or TCP bytes. */
export function SeriesSection(props: {
  readonly kind: 'node' | 'edge';
  readonly id: string;
  readonly isTcp?: boolean;
}): JSX.Element {
  const { graph, isPaused } = usePanelContext();
  const [range, setRange] = useState<Range>('15m');
  const scope = { kind: props.kind, id: props.id, view: graph.view, window: range };
  const { data, error } = useQuery(seriesQuery(scope, isPaused));
  const picker = <SelectControl label="Last" value={range} options={RANGES} onChange={setRange} />;
  return (
    <PanelSection title="Over time" aside={picker}>
      {error !== null && data === undefined && (
        <p className={classes.quiet}>{toApiProblem(error).message}</p>
      )}
      {error === null && data === undefined && (
        <Skeleton height={168} role="status" aria-label="Loading" />
      )}
      {data !== undefined && <Charts series={data} isTcp={props.isTcp === true} />}
    </PanelSection>
  );
}

function Charts({
  series,
  isTcp,
}: {
  readonly series: SeriesResponse;
  readonly isTcp: boolean;
}): JSX.Element {
  const hasTcp = isTcp || series.tcpBytesPerSecond.some((value) => value !== null);
  const hasHttp = !isTcp || series.rps.some((value) => value !== null);
  return (
    <>
      {hasHttp && (
        <>
          <Sparkline
            title="Requests"
            at={series.at}
            values={series.rps}
            format={formatRate}
            tone="accent"
          />
          <Sparkline
            title="Errors"
            at={series.at}
            values={series.errorRatio}
            format={formatRatio}
            tone="failing"
          />
          <Sparkline
            title="p95"
            at={series.at}
            values={series.latencyMsP95}
            format={formatMilliseconds}
            tone="accent"
          />
        </>
      )}
      {hasTcp && (
        <Sparkline
          title="TCP bytes"
          at={series.at}
          values={series.tcpBytesPerSecond}
          format={formatBytesPerSecond}
          tone="accent"
        />
      )}
    </>
  );
}
