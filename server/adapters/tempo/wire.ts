import { fail, ok, type Result } from '@/mesh/result';
import type { TraceSummary } from '@/mesh/traces';
import type { CollectedTrace } from '@/server/adapters/collected-trace';
import { decodeOtlp } from '@/server/adapters/otlp-trace';
import { asRecord } from '@/server/adapters/parse-json';
import { fromNanoseconds, toMilliseconds } from '@/server/adapters/trace-time';

type Fields = Readonly<Record<string, unknown>>;

/** Values of a tag: `{"tagValues": ["a", …]}`, left out without any. The error is the path of what is wrong. */
export function decodeTagValues(body: unknown): Result<readonly string[], string> {
  const fields = asRecord(body);
  // An empty answer could be anybody's; `metrics` stands beside in those of Tempo.
  if (fields === null || !('tagValues' in fields || 'metrics' in fields)) return fail('tagValues');
  const values = fields['tagValues'] ?? [];
  return Array.isArray(values)
    ? ok(values.filter((value) => typeof value === 'string'))
    : fail('tagValues');
}

/** Numbers that protobuf's JSON leaves out when they are zero. */
function count(value: unknown): number | null {
  if (value === undefined) return 0;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface Counts {
  readonly spans: number | null;
  readonly errors: number | null;
  readonly services: readonly string[];
}

/** `serviceStats` counts the spans of each service since Tempo 2.5. */
function countsOf(entry: Fields): Counts {
  const stats = asRecord(entry['serviceStats']);
  const names = Object.keys(stats ?? {});
  const root = text(entry['rootServiceName']);
  if (stats === null || names.length === 0)
    return { spans: null, errors: null, services: root === '' ? [] : [root] };
  const sum = (field: string) =>
    names.reduce<number | null>((total, name) => {
      const value = count(asRecord(stats[name])?.[field]);
      return total === null || value === null ? null : total + value;
    }, 0);
  return { spans: sum('spanCount'), errors: sum('errorCount'), services: names.sort() };
}

/** How many spans a query met in a trace; `null` where it is not told. */
function matchedOf(entry: Fields): number | null {
  const sets: unknown = entry['spanSets'] ?? [entry['spanSet']];
  const matched = Array.isArray(sets) ? count(asRecord(sets[0])?.['matched'] ?? null) : null;
  return matched;
}

/**
 * Traces of `/api/search`; the error is the path of what is wrong. `onlyFailed`: the query met failed spans only, so that
 * those it met are known to have failed where the backend does not count.
 */
export function decodeSearch(
  body: unknown,
  onlyFailed: boolean,
): Result<readonly TraceSummary[], string> {
  const fields = asRecord(body);
  const traces = fields?.['traces'] ?? [];
  if (fields === null || !Array.isArray(traces)) return fail('traces');
  const summaries: TraceSummary[] = [];
  for (const [index, raw] of traces.entries()) {
    const entry = asRecord(raw) ?? {};
    const { traceID } = entry;
    const start = fromNanoseconds(entry['startTimeUnixNano']);
    const durationMs = count(entry['durationMs']);
    if (typeof traceID !== 'string' || !/^[0-9a-fA-F]{1,32}$/.test(traceID))
      return fail(`traces[${index}].traceID`);
    if (start === null || durationMs === null) return fail(`traces[${index}]`);
    const { spans, errors, services } = countsOf(entry);
    summaries.push({
      traceId: traceID,
      rootName: text(entry['rootTraceName']),
      rootService: text(entry['rootServiceName']),
      startMs: toMilliseconds(start),
      durationMs,
      spanCount: spans,
      errorCount: errors ?? (onlyFailed ? Math.max(1, matchedOf(entry) ?? 1) : null),
      services,
    });
  }
  return ok(summaries);
}

/** One trace: in an envelope (`/api/v2/traces`) or bare (`/api/traces`). `[]` when it is empty. */
export function decodeTrace(body: unknown): Result<readonly CollectedTrace[], string> {
  const fields = asRecord(body);
  if (fields === null) return fail('trace');
  const inner = fields['trace'];
  const isBare = 'batches' in fields || 'resourceSpans' in fields;
  return decodeOtlp(isBare ? fields : (inner ?? {}));
}
