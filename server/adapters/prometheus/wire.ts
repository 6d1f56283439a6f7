import { fail, ok, type Result } from '@/mesh/result';
import { asRecord } from '@/server/adapters/parse-json';

/** One series of an instant query, decoded. Samples whose value is NaN or infinite are left out. */
export interface WireSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One series of a range query: values by evaluation time in whole milliseconds. */
export interface WireSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<number, number>;
}

function labelsOf(value: unknown): Readonly<Record<string, string>> | null {
  const record = asRecord(value);
  if (record === null) return null;
  for (const name in record) if (typeof record[name] !== 'string') return null;
  return record as Readonly<Record<string, string>>;
}

/** Prometheus writes numbers as text; `null` for what is no finite number. */
function finite(text: unknown): number | null {
  if (typeof text !== 'string' || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function isNumberText(text: unknown): boolean {
  return typeof text === 'string' && (finite(text) !== null || /^(NaN|[+-]?Inf)$/.test(text));
}

/** The `data` of a successful answer; the error is the path of what is wrong. */
export function decodeData(body: unknown): Result<Readonly<Record<string, unknown>>, string> {
  const envelope = asRecord(body);
  if (envelope?.['status'] !== 'success') return fail('status');
  const data = asRecord(envelope['data']);
  return data === null ? fail('data') : ok(data);
}

/** An instant vector; the error is the path of what is wrong. */
export function decodeVector(body: unknown): Result<readonly WireSample[], string> {
  const data = decodeData(body);
  if (!data.ok) return data;
  const { resultType, result } = data.value;
  if (resultType !== 'vector') return fail('data.resultType');
  if (!Array.isArray(result)) return fail('data.result');
  const samples: WireSample[] = [];
  for (const [index, entry] of result.entries()) {
    const series = asRecord(entry);
    const labels = labelsOf(series?.['metric']);
    const point = series?.['value'];
    if (labels === null) return fail(`data.result[${index}].metric`);
    const text: unknown = Array.isArray(point) ? point[1] : undefined;
    const value = finite(text);
    if (value === null && !isNumberText(text)) return fail(`data.result[${index}].value`);
    if (value !== null) samples.push({ labels, value });
  }
  // Rates of counters are always numbers: a store that has only NaN to say does not know.
  if (samples.length === 0 && result.length > 0) return fail('data.result (no number in it)');
  return ok(samples);
}

/** A matrix; the error is the path of what is wrong. */
export function decodeMatrix(body: unknown): Result<readonly WireSeries[], string> {
  const data = decodeData(body);
  if (!data.ok) return data;
  const { resultType, result } = data.value;
  if (resultType !== 'matrix') return fail('data.resultType');
  if (!Array.isArray(result)) return fail('data.result');
  const all: WireSeries[] = [];
  for (const [index, entry] of result.entries()) {
    const series = asRecord(entry);
    const labels = labelsOf(series?.['metric']);
    const points = series?.['values'];
    if (labels === null) return fail(`data.result[${index}].metric`);
    if (!Array.isArray(points)) return fail(`data.result[${index}].values`);
    const values = new Map<number, number>();
    for (const point of points as unknown[]) {
      if (!Array.isArray(point) || typeof point[0] !== 'number' || !isNumberText(point[1])) {
        return fail(`data.result[${index}].values`);
      }
      const value = finite(point[1]);
      if (value !== null) values.set(Math.round(point[0] * 1000), value);
    }
    all.push({ labels, values });
  }
  return ok(all);
}
