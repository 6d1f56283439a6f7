import { invalidParameter } from '@/demo/prometheus/api-parameters';
import { formatDuration } from '@/demo/prometheus/format-duration';
import type { PromqlEngine } from '@/demo/prometheus/promql/engine';
import { QueryError } from '@/demo/prometheus/promql/query-error';
import { PROMETHEUS_VERSION, type SampleStore } from '@/demo/prometheus/sample-store';

/** What the status endpoints tell of the server. */
export interface ServerFacts {
  readonly store: SampleStore;
  readonly engine: PromqlEngine;
  readonly startedMs: number;
  /** Time between snapshots; `null`: read it off the newest ones. */
  readonly scrapeIntervalMs: number | null;
  readonly evaluationIntervalMs: number;
}

/** The `data` of `/api/v1/<path>` for everything that is neither a query nor about series; `null` for other paths. */
export function statusData(path: string, facts: ServerFacts, parameters: URLSearchParams): unknown {
  switch (path) {
    case 'status/buildinfo':
      return buildInfo();
    case 'status/config':
      return { yaml: configYaml(facts) };
    case 'status/flags':
      return flags(facts);
    case 'status/runtimeinfo':
      return runtimeInfo(facts);
    case 'metadata':
      return metadata(facts.store, parameters);
    case 'status/tsdb':
      return headStatistics(facts.store);
    case 'status/walreplay':
      return { min: 0, max: 0, current: 0 };
    case 'targets':
      return {
        activeTargets: isWanted(parameters, 'active') ? targets(facts) : [],
        droppedTargets: [],
      };
    case 'rules':
      return { groups: groups(parameters) };
    case 'alerts':
      return { alerts: [] };
    case 'alertmanagers':
      return { activeAlertmanagers: [], droppedAlertmanagers: [] };
    default:
      return null;
  }
}

function buildInfo(): unknown {
  return {
    version: PROMETHEUS_VERSION,
    revision: 'embedded',
    branch: 'HEAD',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  };
}

function scrapeInterval(facts: ServerFacts): string {
  if (facts.scrapeIntervalMs !== null) return formatDuration(facts.scrapeIntervalMs);
  const recent = facts.store.view().timesMs.slice(-21);
  const gaps = recent.slice(1).map((timeMs, index) => timeMs - (recent[index] ?? timeMs));
  const median = gaps.sort((left, right) => left - right)[gaps.length >> 1];
  return formatDuration(median ?? 15_000);
}

function configYaml(facts: ServerFacts): string {
  const interval = scrapeInterval(facts);
  return [
    'global:',
    `  scrape_interval: ${interval}`,
    `  scrape_timeout: ${interval}`,
    `  evaluation_interval: ${formatDuration(facts.evaluationIntervalMs)}`,
    '',
  ].join('\n');
}

function flags(facts: ServerFacts): Record<string, string> {
  return {
    'query.lookback-delta': '5m',
    'query.max-samples': '50000000',
    'query.timeout': '2m',
    'storage.tsdb.retention.time': retention(facts),
    'web.enable-admin-api': 'false',
    'web.enable-lifecycle': 'false',
  };
}

function retention({ store }: ServerFacts): string {
  return formatDuration(Math.floor(store.effectiveRetentionMs() / 1000) * 1000);
}

function runtimeInfo(facts: ServerFacts): unknown {
  return {
    startTime: new Date(facts.startedMs).toISOString(),
    CWD: '/',
    reloadConfigSuccess: true,
    lastConfigTime: new Date(facts.startedMs).toISOString(),
    corruptionCount: 0,
    goroutineCount: 1,
    GOMAXPROCS: 1,
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: retention(facts),
  };
}

/** Whether targets in this state were asked for; `any` and no state mean all, and so does what Prometheus does not know. */
function isWanted(parameters: URLSearchParams, state: string): boolean {
  const asked = (parameters.get('state') ?? '').toLowerCase();
  return !['active', 'dropped'].includes(asked) || asked === state;
}

/** Always none: the embedded Prometheus has no rules. Throws `bad_data` for a type that there is not. */
function groups(parameters: URLSearchParams): readonly unknown[] {
  const type = (parameters.get('type') ?? '').toLowerCase();
  if (['', 'alert', 'record'].includes(type)) return [];
  throw invalidParameter('type', `not supported value ${JSON.stringify(type)}`);
}

const MOST_STATISTICS = 10;

function headStatistics(store: SampleStore): unknown {
  const { timesMs } = store.view();
  const names = [...store.tables.values()].map((table) => ({
    name: table.name,
    value: table.seriesCount,
  }));
  const labels = new Map<string, Set<number>>();
  for (const table of store.tables.values()) {
    for (const name of table.labelNames) {
      const ids = labels.get(name) ?? new Set();
      labels.set(name, ids);
      for (const id of table.column(name)?.subarray(0, table.rowCount) ?? []) {
        if (id !== 0) ids.add(id);
      }
    }
  }
  const values = [...labels].map(([name, ids]) => ({ name, value: ids.size }));
  return {
    headStats: {
      numSeries: store.seriesCount,
      numLabelPairs: values.reduce((sum, { value }) => sum + value, 0),
      chunkCount: store.seriesCount,
      minTime: timesMs[0] ?? 0,
      maxTime: timesMs.at(-1) ?? 0,
    },
    seriesCountByMetricName: largest(names),
    labelValueCountByLabelName: largest(values),
    memoryInBytesByLabelName: [],
    seriesCountByLabelValuePair: [],
  };
}

function largest(
  counts: readonly { readonly name: string; readonly value: number }[],
): readonly unknown[] {
  return [...counts].sort((a, b) => b.value - a.value).slice(0, MOST_STATISTICS);
}

function metadata(store: SampleStore, parameters: URLSearchParams): unknown {
  const only = parameters.get('metric') ?? '';
  const asked = parameters.get('limit') ?? '';
  if (!/^([+-]?\d+)?$/.test(asked)) throw new QueryError('bad_data', 'limit must be a number');
  const most = asked === '' ? Number.POSITIVE_INFINITY : Math.max(0, Number(asked));
  const families = [...store.metricFamilies].filter(({ name }) => only === '' || name === only);
  return Object.fromEntries(
    families.slice(0, most).map(({ name, type, help }) => [name, [{ type, help, unit: '' }]]),
  );
}

function targets(facts: ServerFacts): unknown[] {
  const matchers = [{ name: '__name__', operator: '=' as const, value: 'up' }];
  const list = facts.engine.selector.select(matchers);
  const interval = scrapeInterval(facts);
  const newestMs = facts.store.view().timesMs.at(-1) ?? facts.startedMs;
  return Array.from({ length: list.size }, (_each, position) => {
    const labels = Object.fromEntries(list.at(position).withoutName().entries());
    const url = `http://${labels['instance'] ?? 'localhost:9090'}/metrics`;
    return {
      discoveredLabels: labels,
      labels,
      scrapePool: labels['job'] ?? '',
      scrapeUrl: url,
      globalUrl: url,
      lastError: '',
      lastScrape: new Date(newestMs).toISOString(),
      lastScrapeDuration: 0.001,
      health: 'up',
      scrapeInterval: interval,
      scrapeTimeout: interval,
    };
  });
}
