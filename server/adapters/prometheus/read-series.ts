import { setImmediate } from 'node:timers/promises';
import type { TrafficRates } from '@/mesh/graph/graph';
import { fail, ok, type Result } from '@/mesh/result';
import type { PrometheusClient } from '@/server/adapters/prometheus/client';
import { noNames } from '@/server/adapters/prometheus/met-names';
import { seriesQueries, type SeriesQueryName } from '@/server/adapters/prometheus/queries';
import { clipWindow } from '@/server/adapters/prometheus/read-limits';
import { seriesScope } from '@/server/adapters/prometheus/series-scope';
import { toSnapshot } from '@/server/adapters/prometheus/to-snapshot';
import type { WireSample, WireSeries } from '@/server/adapters/prometheus/wire';
import type { SourceError } from '@/server/errors';
import type { CountedTraffic, MetricLimits, TrafficSeries } from '@/server/ports';

const POINTS = 60;
const SHORTEST_STEP_SECONDS = 5;

/** Over which time and with what knowledge of the store a series is read. */
export interface SeriesRange {
  readonly rangeSeconds: number;
  readonly endMs: number;
  readonly limits: MetricLimits;
  /** Bucket bounds known to exist, milliseconds. */
  readonly boundsMs: readonly number[];
  /** As of the refreshes. */
  readonly isByCluster: boolean;
}

/** A step that gives about 60 points and is no finer than the scrapes. */
export function stepSecondsOf(rangeSeconds: number, limits: MetricLimits): number {
  const finest = Math.max(SHORTEST_STEP_SECONDS, limits.scrapeIntervalSeconds ?? 0);
  return Math.ceil(Math.max(finest, rangeSeconds / POINTS));
}

/**
 * Reads traffic over time by a fixed number of calls, and merges each step as the graph does. Fails with the first
 * error when any call fails.
 */
export async function readSeries(
  client: PrometheusClient,
  traffic: CountedTraffic,
  range: SeriesRange,
  signal: AbortSignal,
): Promise<Result<TrafficSeries, SourceError>> {
  const { limits, boundsMs, isByCluster } = range;
  const rangeSeconds = clipWindow(range.rangeSeconds, limits);
  const stepSeconds = stepSecondsOf(rangeSeconds, limits);
  const rateSeconds = Math.max(stepSeconds, Math.ceil(4 * (limits.scrapeIntervalSeconds ?? 15)));
  // Steps on whole multiples, so that two views of the same minutes show the same values.
  const endMs = Math.floor(range.endMs / 1000 / stepSeconds) * stepSeconds * 1000;
  const steps = Math.max(1, Math.floor(rangeSeconds / stepSeconds));
  const startMs = endMs - steps * stepSeconds * 1000;
  const at = Array.from({ length: steps + 1 }, (_, index) => startMs + index * stepSeconds * 1000);
  const looked = { startMs: startMs - rateSeconds * 1000, endMs };
  const scope = await seriesScope(client, traffic, looked, signal);
  if (!scope.ok) return scope;
  const { everywhere } = client;
  const asked = seriesQueries(scope.value, rateSeconds, everywhere, isByCluster);
  const queries = Object.entries(asked) as [SeriesQueryName, string][];
  const answers = await Promise.all(
    queries.map(async ([name, query]) => {
      const asked = { startMs, endMs, stepSeconds };
      return { name, answer: await client.queryRange(`series-${name}`, query, asked, signal) };
    }),
  );
  const moments = at.map((): Answers => ({}));
  for (const { name, answer } of answers) {
    if (!answer.ok) return fail(answer.error);
    deal(name, answer.value, at, moments);
  }
  const met = noNames(isByCluster);
  const rates: (TrafficRates | null)[] = [];
  for (const [index, atMs] of at.entries()) {
    const frame = { atMs, windowSeconds: rateSeconds, boundsMs };
    rates.push(traffic.ratesOf(toSnapshot(moments[index] ?? {}, frame, met)));
    // Others wait no longer than one step takes.
    await setImmediate();
  }
  return ok({
    stepSeconds,
    at,
    rps: rates.map((figures) => figures?.rps ?? null),
    errorRatio: rates.map((figures) => figures?.errorRatio ?? null),
    latencyMsP95: rates.map((figures) => figures?.latencyMsP95 ?? null),
    tcpBytesPerSecond: rates.map(tcpBytesOf),
  });
}

function tcpBytesOf(figures: TrafficRates | null): number | null {
  const request = figures?.tcpRequestBytesPerSecond ?? null;
  const response = figures?.tcpResponseBytesPerSecond ?? null;
  return request === null || response === null ? (request ?? response) : request + response;
}

/** What the queries say of one moment. */
type Answers = Partial<Record<SeriesQueryName, WireSample[]>>;

/** Deals series out to the moments that they have values at. */
function deal(
  name: SeriesQueryName,
  series: readonly WireSeries[],
  at: readonly number[],
  moments: readonly Answers[],
): void {
  for (const { labels, values } of series) {
    for (const [index, atMs] of at.entries()) {
      const value = values.get(atMs);
      const moment = moments[index];
      if (value === undefined || moment === undefined) continue;
      (moment[name] ??= []).push({ labels, value });
    }
  }
}
