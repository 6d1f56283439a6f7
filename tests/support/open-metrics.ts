import { formatNumber } from '@/demo/prometheus/promql/format-number';
import { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import { NO_SLOT } from '@/demo/prometheus/metric-table';
import type { SampleStore } from '@/demo/prometheus/sample-store';

/** Every sample that a store holds, as OpenMetrics text for `promtool tsdb create-blocks-from openmetrics`. */
export function toOpenMetrics(store: SampleStore): string {
  const lines: string[] = [];
  for (const table of store.tables.values()) {
    for (let row = 0; row < table.rowCount; row++) {
      const slot = table.slotAt(row);
      if (slot !== NO_SLOT)
        pushSamples(store, lines, table.name + labelsAt(store, table.name, row), slot);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

function pushSamples(store: SampleStore, lines: string[], series: string, slot: number): void {
  const range = store.view().range(0, Number.MAX_SAFE_INTEGER - 1);
  const samples = new SampleBuffer(range.capacity);
  range.fill(slot, samples);
  for (let index = 0; index < samples.count; index++) {
    lines.push(`${series} ${formatNumber(samples.value(index))} ${samples.time(index) / 1000}`);
  }
}

function labelsAt(store: SampleStore, name: string, row: number): string {
  const table = store.tables.get(name);
  const pairs = (table?.labelNames ?? []).flatMap((label) => {
    const value = store.dictionary.valueOf(table?.column(label)?.[row] ?? 0);
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    return value === '' ? [] : [`${label}="${escaped}"`];
  });
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
