import { condition, selector, type LabelMatcher } from '@/server/adapters/prometheus/label-matcher';
import { EDGE_METRICS } from '@/server/adapters/prometheus/queries';

/** Label by which the answers to several questions in one query are told apart. */
export const FIGURE = 'figure';

/** One query for several single numbers; those without a value are absent from the answer. */
function together(questions: Readonly<Record<string, string>>): string {
  return Object.entries(questions)
    .map(([name, query]) => `label_replace(${query}, "${FIGURE}", "${name}", "", "")`)
    .join(' or ');
}

/** How old the newest samples of the mesh are, and whether anything moves. `everywhere` stands in every selector. */
export function meshState(everywhere: readonly LabelMatcher[]): string {
  const requests = `${EDGE_METRICS.requests}${selector(everywhere)}`;
  const tcp = `${EDGE_METRICS.tcp}${selector(everywhere)}`;
  return together({
    now: 'vector(time())',
    'requests-at': `max(timestamp(${requests}))`,
    'tcp-at': `max(timestamp(${tcp}))`,
    'requests-per-second': `sum(rate(${requests}[5m]))`,
    'tcp-bytes-per-second': `sum(rate(${tcp}[5m]))`,
  });
}

/** Counts of istiod that the doctor looks at. */
export const ISTIOD_METRICS = [
  'pilot_total_xds_rejects',
  'pilot_total_rejected_configs',
  'galley_validation_failed',
  'sidecar_injection_failure_total',
] as const;

/** `count(pilot_xds)` tells whether istiod is scraped; counts are told as they are and as they were an hour ago. */
export function istiodState(everywhere: readonly LabelMatcher[]): string {
  const scope = selector(everywhere);
  return together({
    istiods: `count(pilot_xds${scope})`,
    ...Object.fromEntries(
      ISTIOD_METRICS.flatMap((name) => [
        [name, `sum(${name}${scope})`],
        [`${name} before`, `sum(${name}${scope} offset 1h)`],
      ]),
    ),
  });
}

/** Matches every metric of the mesh by name. */
export const MESH_METRICS: LabelMatcher = condition(
  '__name__',
  '=~',
  'istio_(requests_total|request_duration_milliseconds_(bucket|count|sum)|request_bytes_sum|response_bytes_sum|tcp_(received|sent)_bytes_total|tcp_connections_opened_total)',
);
