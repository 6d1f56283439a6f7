import { fail, ok, type Result } from '@/mesh/result';
import {
  tagText,
  type CollectedSpan,
  type CollectedTrace,
} from '@/server/adapters/collected-trace';
import { toMicroseconds } from '@/server/adapters/trace-time';
import { asRecord } from '@/server/adapters/parse-json';

type Fields = Readonly<Record<string, unknown>>;

function records(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(asRecord).filter((entry) => entry !== null) : [];
}

function tagsOf(span: Fields): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (const { key, value } of records(span['tags'])) {
    const text = tagText(value);
    if (typeof key === 'string' && text !== null) tags[key] = text;
  }
  return tags;
}

function decodeSpan(span: Fields, services: ReadonlyMap<string, string>): CollectedSpan | null {
  const { spanID, operationName, processID } = span;
  const start = toMicroseconds(span['startTime']);
  const duration = toMicroseconds(span['duration']);
  if (typeof spanID !== 'string' || start === null || duration === null) return null;
  const parents = records(span['references'])
    .filter(({ refType }) => refType === 'CHILD_OF' || refType === 'FOLLOWS_FROM')
    .map((reference) => reference['spanID'])
    .filter((id) => typeof id === 'string');
  const inline = asRecord(span['process'])?.['serviceName'];
  const service = services.get(String(processID)) ?? inline;
  return {
    spanId: spanID,
    parentIds: parents,
    service: typeof service === 'string' ? service : 'unknown',
    operation: typeof operationName === 'string' ? operationName : '',
    start,
    duration,
    tags: tagsOf(span),
  };
}

function decodeTrace(entry: Fields): Result<CollectedTrace, string> {
  const services = new Map<string, string>();
  for (const [id, process] of Object.entries(asRecord(entry['processes']) ?? {})) {
    const name = asRecord(process)?.['serviceName'];
    if (typeof name === 'string') services.set(id, name);
  }
  const { traceID, spans } = entry;
  if (typeof traceID !== 'string' || !Array.isArray(spans)) return fail('traceID or spans');
  const decoded: CollectedSpan[] = [];
  for (const [index, raw] of spans.entries()) {
    const span = decodeSpan(asRecord(raw) ?? {}, services);
    if (span === null) return fail(`spans[${index}]`);
    decoded.push(span);
  }
  return ok({ traceId: traceID, spans: decoded });
}

/** Traces of an answer; the error is the path of what is wrong. Traces without spans are left out. */
export function decodeTraces(body: unknown): Result<readonly CollectedTrace[], string> {
  const data = asRecord(body)?.['data'];
  if (data === null) return ok([]);
  if (!Array.isArray(data)) return fail('data');
  const traces: CollectedTrace[] = [];
  for (const [index, entry] of data.entries()) {
    const trace = decodeTrace(asRecord(entry) ?? {});
    if (!trace.ok) return fail(`data[${index}].${trace.error}`);
    if (trace.value.spans.length > 0) traces.push(trace.value);
  }
  return ok(traces);
}

/** Service names of an answer; the error is the path of what is wrong. */
export function decodeServices(body: unknown): Result<readonly string[], string> {
  const data = asRecord(body)?.['data'];
  if (data === null) return ok([]);
  return Array.isArray(data) ? ok(data.filter((name) => typeof name === 'string')) : fail('data');
}
