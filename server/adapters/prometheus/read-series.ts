import { fail, ok, type Result } from '@/mesh/result';
import type { PrometheusClient } from '@/server/adapters/prometheus/client';
import { seriesQueries, type SeriesQueryName } from '@/server/adapters/prometheus/queries';
import { clipWindow } from '@/server/adapters/prometheus/read-limits';
import type { WireSeries } from '@/server/adapters/prometheus/wire';
import type { SourceError } from '@/server/errors';
import type { MetricLimits, SeriesSelector, TrafficSeries } from '@/server/ports';

const POINTS = 60;
const SHORTEST_STEP_SECONDS = 5;

/** Over which time and with what knowledge of the store a series is read. */
export interface SeriesRange {
  readonly rangeSeconds: number;
  readonly endMs: number;
  readonly limits: MetricLimits;
}

/** A step that gives about 60 points and is no finer than the scrapes. */
export function stepSecondsOf(rangeSeconds: number, limits: MetricLimits): number {
  const finest = Math.max(SHORTEST_STEP_SECONDS, limits.scrapeIntervalSeconds ?? 0);
  return Math.ceil(Math.max(finest, rangeSeconds / POINTS));
}

/** Reads traffic over time by four range queries. Fails with the first error when any of them fails. */
export async function readSeries(
  client: PrometheusClient,
  traffic: SeriesSelector,
  range: SeriesRange,
  signal: AbortSignal,
): Promise<Result<TrafficSeries, SourceError>> {
  const { limits } = range;
  const rangeSeconds = clipWindow(range.rangeSeconds, limits);
  const stepSeconds = stepSecondsOf(rangeSeconds, limits);
  const rateSeconds = Math.max(stepSeconds, Math.ceil(4 * (limits.scrapeIntervalSeconds ?? 15)));
  // Steps on whole multiples, so that two views of the same minutes show the same values.
  const endMs = Math.floor(range.endMs / 1000 / stepSeconds) * stepSeconds * 1000;
  const steps = Math.max(1, Math.floor(rangeSeconds / stepSeconds));
  const startMs = endMs - steps * stepSeconds * 1000;
  const at = Array.from({ length: steps + 1 }, (_, index) => startMs + index * stepSeconds * 1000);
  const queries = Object.entries(seriesQueries(traffic, rateSeconds)) as [
    SeriesQueryName,
    string,
  ][];
  const answers = await Promise.all(
    queries.map(async ([name, query]) => ({
      name,
      answer: await client.queryRange(
        `series-${name}`,
        query,
        { startMs, endMs, stepSeconds },
        signal,
      ),
    })),
  );
  const values: Partial<Record<SeriesQueryName, readonly (number | null)[]>> = {};
  for (const { name, answer } of answers) {
    if (!answer.ok) return fail(answer.error);
    values[name] = align(answer.value, at);
  }
  const none = at.map(() => null);
  return ok({
    stepSeconds,
    at,
    rps: values.rps ?? none,
    errorRatio: values.errorRatio ?? none,
    latencyMsP95: values.latencyMsP95 ?? none,
    tcpBytesPerSecond: values.tcpBytesPerSecond ?? none,
  });
}

/** The one series of a total, put on the time steps; `null` where it has no value. */
function align(series: readonly WireSeries[], at: readonly number[]): readonly (number | null)[] {
  const values = series[0]?.values;
  return at.map((timeMs) => values?.get(timeMs) ?? null);
}
