'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { JSX } from 'react';
import { toApiProblem } from '@/components/queries/api-problem';
import { statusQuery } from '@/components/queries/status-query';
import classes from '@/components/shell/app-shell.module.css';
import { useNow } from '@/components/shell/use-now';
import { formatSince } from '@/components/ui/format-since';
import { Tip } from '@/components/ui/tip';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { withCluster } from '@/components/ui/with-cluster';
import type { StatusResponse } from '@/contract/status';
import type { SourceName } from '@/mesh/gap';
import type { HealthStatus } from '@/mesh/health/health';

type Source = StatusResponse['sources'][number];

const NAME: Record<SourceName, string> = {
  kubernetes: 'Kubernetes',
  prometheus: 'Prometheus',
  jaeger: 'Jaeger',
};
/** Where the doctor speaks of it. */
const GROUP: Record<SourceName, string> = {
  kubernetes: 'cluster',
  prometheus: 'prometheus',
  jaeger: 'traces',
};
const HEALTH: Record<Source['state'], HealthStatus> = {
  ok: 'healthy',
  syncing: 'degraded',
  failing: 'failing',
  'not-configured': 'idle',
};
const WORD: Record<Source['state'], string> = {
  ok: 'answers',
  syncing: 'is being read for the first time',
  failing: 'does not answer',
  'not-configured': 'is not configured',
};

/** One chip per source, or one that says that Fanari itself is away. The reason is in the tooltip; it leads to the doctor. */
export function SourceChips(): JSX.Element {
  const { data, error } = useQuery(statusQuery());
  if (error !== null) {
    return (
      <div className={classes.chips} role="status">
        <span className={classes.chip} data-tone="failing">
          <StatusGlyph status="failing" />
          {toApiProblem(error).title}
        </span>
      </div>
    );
  }
  return (
    <ul
      className={classes.chips}
      aria-label="Sources"
      style={{ listStyle: 'none', margin: 0, padding: 0 }}
    >
      {(data?.sources ?? []).map((source) => (
        <li key={`${source.source} ${source.cluster ?? ''}`}>
          <SourceChip source={source} />
        </li>
      ))}
    </ul>
  );
}

/** The product without its API, which the tooltip tells. */
function nameOf({ source, product, cluster }: Source): string {
  if (cluster !== undefined) return cluster;
  return product?.replace(/ \(.*\)$/, '') ?? NAME[source];
}

function SourceChip({ source }: { readonly source: Source }): JSX.Element {
  const nowMs = useNow(10_000);
  const health = HEALTH[source.state];
  const since = formatSince(source.sinceMs, nowMs);
  const isQuiet = source.state === 'ok' || source.state === 'not-configured';
  const text = `${withCluster(source.product ?? NAME[source.source], source.cluster)} ${WORD[source.state]}${isQuiet ? '' : since}.`;
  return (
    <Tip label={source.message === null ? text : `${text} ${source.message}`}>
      <Link
        href={`/doctor#${GROUP[source.source]}`}
        className={classes.chip}
        data-tone={isQuiet ? undefined : health}
        aria-label={text}
      >
        <StatusGlyph status={health} size={12} />
        <span className={isQuiet ? classes.chipText : undefined}>{nameOf(source)}</span>
      </Link>
    </Tip>
  );
}
