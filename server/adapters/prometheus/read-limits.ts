import { asRecord } from '@/server/adapters/parse-json';
import type { PrometheusClient } from '@/server/adapters/prometheus/client';
import type { MetricLimits } from '@/server/ports';

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Seconds of a Prometheus duration such as `15d`, `1h30m` or `500ms`; `null` for anything else and for zero. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) return null;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    seconds += Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? 0);
  }
  return seconds > 0 ? seconds : null;
}

/**
 * The longest scrape interval in a configuration, seconds: the mesh may be scraped by any job, and too long a guess only
 * widens the shortest window. `null` when the text names none.
 */
export function scrapeIntervalOf(configYaml: string): number | null {
  const intervals = [...configYaml.matchAll(/^\s*(?:- )?scrape_interval:\s*"?([0-9a-z]+)"?\s*$/gm)]
    .map(([, text]) => parseDuration(text ?? ''))
    .filter((seconds) => seconds !== null);
  return intervals.length === 0 ? null : Math.max(...intervals);
}

/** Retention as written by Prometheus, e.g. `15d` or `15d or 10GiB`. `null`: by size only, or not told. */
export function retentionOf(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  for (const part of text.split(' or ')) {
    const seconds = parseDuration(part.trim());
    if (seconds !== null) return seconds;
  }
  return null;
}

/** Asks Prometheus about itself. Stores that speak only its query API tell nothing, which stays `null`. */
export async function readLimits(
  client: PrometheusClient,
  signal: AbortSignal,
): Promise<MetricLimits> {
  const [config, runtime, flags] = await Promise.all([
    client.status('config', signal),
    client.status('runtimeinfo', signal),
    client.status('flags', signal),
  ]);
  const yaml = config.ok ? asRecord(config.value)?.['yaml'] : null;
  const flag = flags.ok ? flags.value['storage.tsdb.retention.time'] : null;
  return {
    scrapeIntervalSeconds: typeof yaml === 'string' ? scrapeIntervalOf(yaml) : null,
    retentionSeconds:
      (runtime.ok ? retentionOf(runtime.value['storageRetention']) : null) ?? retentionOf(flag),
  };
}

/** A window that the store can answer: at most its retention, at least twice the scrape interval; whole seconds. */
export function clipWindow(windowSeconds: number, limits: MetricLimits): number {
  const { retentionSeconds, scrapeIntervalSeconds } = limits;
  const shortest = scrapeIntervalSeconds === null ? 1 : 2 * scrapeIntervalSeconds;
  return Math.ceil(
    Math.max(shortest, Math.min(windowSeconds, retentionSeconds ?? Number.POSITIVE_INFINITY)),
  );
}
