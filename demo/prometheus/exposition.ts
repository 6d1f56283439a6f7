import { formatNumber } from '@/demo/prometheus/promql/format-number';
import { isAbsent, type SampleRow } from '@/demo/prometheus/sample-row';
import type { MetricFamily } from '@/demo/prometheus/metric-family';
import type { SampleStore } from '@/demo/prometheus/sample-store';
import type { StoredSeries } from '@/demo/prometheus/stored-series';

/** `Content-Type` of the text format. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The newest snapshot in Prometheus's text format, piece by piece, each sample with its time, so that whoever scrapes it
 * stores the very samples that queries are answered from. Empty before the first snapshot.
 */
export function* exposition(store: SampleStore): Generator<string> {
  const row = store.newestRow;
  const timeMs = store.view().timesMs.at(-1);
  if (row === null || timeMs === undefined) return;
  for (const family of store.metricFamilies) {
    yield `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.type}\n`;
    for (const series of family.members.values()) yield seriesLines(family, series, row, timeMs);
  }
}

function seriesLines(
  family: MetricFamily<StoredSeries>,
  series: StoredSeries,
  row: SampleRow,
  timeMs: number,
): string {
  if (isAbsent(row, series.base)) return '';
  const labels = labelText(series.labels);
  const line = (name: string, slot: number, text = labels): string =>
    `${name}${text === '' ? '' : `{${text}}`} ${formatNumber(row.values[slot] ?? 0)} ${timeMs}\n`;
  if (family.type !== 'histogram') return line(family.name, series.base);
  const prefix = labels === '' ? '' : `${labels},`;
  let lines = '';
  for (const [index, bound] of [...family.bounds, Number.POSITIVE_INFINITY].entries()) {
    const text = `${prefix}le="${formatNumber(bound)}"`;
    lines += line(`${family.name}_bucket`, series.base + index, text);
  }
  const sum = series.base + family.bounds.length + 1;
  return lines + line(`${family.name}_sum`, sum) + line(`${family.name}_count`, sum + 1);
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
    .join(',');
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
