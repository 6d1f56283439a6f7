import { formatNumber } from '@/demo/prometheus/promql/format-number';
import type { QueryResult } from '@/demo/prometheus/promql/query-result';

/**
 * The answer to a query as Prometheus's JSON. Yields to the event loop now and then, since an answer can be many
 * megabytes.
 */
export async function encodeResult(result: QueryResult): Promise<string> {
  const data = `{"resultType":"${result.type}","result":${await encodeData(result)}}`;
  return `{"status":"success","data":${data}}`;
}

async function encodeData(result: QueryResult): Promise<string> {
  switch (result.type) {
    case 'scalar':
      return sample(result.timeMs, result.value);
    case 'string':
      return `[${result.timeMs / 1000},${JSON.stringify(result.value)}]`;
    case 'vector':
      return joined(
        result.elements,
        ({ labels, value }) => `{"metric":${labels.json},"value":${sample(result.timeMs, value)}}`,
      );
    case 'matrix':
      return joined(result.series, ({ labels, timesMs, values }) => {
        const samples = timesMs.map((timeMs, index) => sample(timeMs, values[index] ?? 0));
        return `{"metric":${labels.json},"values":[${samples.join()}]}`;
      });
  }
}

function sample(timeMs: number, value: number): string {
  return `[${timeMs / 1000},"${formatNumber(value)}"]`;
}

const BLOCK = 2000;

async function joined<T>(items: readonly T[], encode: (item: T) => string): Promise<string> {
  const parts: string[] = [];
  for (let start = 0; start < items.length; start += BLOCK) {
    if (start > 0) await new Promise<void>((resolve) => setImmediate(resolve));
    parts.push(
      items
        .slice(start, start + BLOCK)
        .map(encode)
        .join(),
    );
  }
  return `[${parts.join()}]`;
}

/** The same result with every number NaN, as a broken exporter would cause. */
export function withNaN(result: QueryResult): QueryResult {
  switch (result.type) {
    case 'scalar':
      return { ...result, value: Number.NaN };
    case 'string':
      return result;
    case 'vector':
      return {
        ...result,
        elements: result.elements.map(({ labels }) => ({ labels, value: Number.NaN })),
      };
    case 'matrix':
      return {
        ...result,
        series: result.series.map((each) => ({
          ...each,
          values: each.values.map(() => Number.NaN),
        })),
      };
  }
}
