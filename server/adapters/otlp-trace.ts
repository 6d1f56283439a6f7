import { fail, ok, type Result } from '@/mesh/result';
import {
  tagText,
  type CollectedSpan,
  type CollectedTrace,
} from '@/server/adapters/collected-trace';
import { asRecord } from '@/server/adapters/parse-json';
import { fromNanoseconds, type Microseconds } from '@/server/adapters/trace-time';

type Fields = Readonly<Record<string, unknown>>;

/** A list whose absence means that it is empty: protobuf's JSON leaves empty ones out. */
function listOf(value: unknown): readonly unknown[] | null {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : null;
}

/** Levels of lists in lists that are shown; deeper ones are left out. */
const DEEPEST = 5;

/** `AnyValue` of opentelemetry-proto, of whose fields one is set, as plain JSON; `undefined` for none. */
function plainValue(value: unknown, depth = 0): unknown {
  const fields = asRecord(value);
  if (fields === null || depth > DEEPEST) return undefined;
  for (const kind of ['stringValue', 'intValue', 'doubleValue', 'boolValue', 'bytesValue'])
    if (fields[kind] !== undefined) return fields[kind];
  const { arrayValue, kvlistValue } = fields;
  const list = asRecord(arrayValue ?? kvlistValue);
  if (list === null) return undefined;
  const values = (listOf(list['values']) ?? []).map(asRecord);
  if (arrayValue !== undefined) return values.map((entry) => plainValue(entry, depth + 1));
  return values.map((entry) => [entry?.['key'], plainValue(entry?.['value'], depth + 1)]);
}

function attributesOf(value: unknown): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const entry of listOf(value) ?? []) {
    const { key, value: content } = asRecord(entry) ?? {};
    const text = tagText(plainValue(content));
    if (typeof key === 'string' && text !== null) attributes[key] = text;
  }
  return attributes;
}

/**
 * Ids as lower case hexadecimal. OTLP's JSON writes them so; protobuf's own JSON, which Tempo uses, as base64 of the 16
 * or 8 bytes.
 */
function idOf(value: unknown, bytes: 8 | 16): string | null {
  if (typeof value !== 'string') return null;
  if (/^[0-9a-fA-F]+$/.test(value) && value.length <= 2 * bytes) return value.toLowerCase();
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(value);
  const decoded = isBase64 ? Buffer.from(value, 'base64') : null;
  return decoded?.length === bytes ? decoded.toString('hex') : null;
}

/** As Jaeger names them, so that both read alike. */
const KINDS: Readonly<Record<string, string>> = {
  '1': 'internal',
  SPAN_KIND_INTERNAL: 'internal',
  '2': 'server',
  SPAN_KIND_SERVER: 'server',
  '3': 'client',
  SPAN_KIND_CLIENT: 'client',
  '4': 'producer',
  SPAN_KIND_PRODUCER: 'producer',
  '5': 'consumer',
  SPAN_KIND_CONSUMER: 'consumer',
};

const STATUSES: Readonly<Record<string, string>> = {
  '1': 'OK',
  STATUS_CODE_OK: 'OK',
  '2': 'ERROR',
  STATUS_CODE_ERROR: 'ERROR',
};

function tagsOf(span: Fields): Readonly<Record<string, string>> {
  const tags = attributesOf(span['attributes']);
  const status = asRecord(span['status']);
  const kind = KINDS[String(span['kind'])];
  const code = STATUSES[String(status?.['code'])];
  const message = status?.['message'];
  if (kind !== undefined) tags['span.kind'] = kind;
  if (code !== undefined) tags['otel.status_code'] = code;
  if (typeof message === 'string' && message !== '') tags['otel.status_description'] = message;
  return tags;
}

function spanOf(span: Fields, service: string): { traceId: string; span: CollectedSpan } | null {
  const traceId = idOf(span['traceId'], 16);
  const spanId = idOf(span['spanId'], 8);
  const start = fromNanoseconds(span['startTimeUnixNano']);
  // A span that has not ended has no end: it has taken no time yet, as far as is known.
  const end = fromNanoseconds(span['endTimeUnixNano'] ?? span['startTimeUnixNano']);
  if (traceId === null || spanId === null || start === null || end === null) return null;
  const parent = idOf(span['parentSpanId'], 8);
  const { name } = span;
  return {
    traceId,
    span: {
      spanId,
      parentIds: parent === null ? [] : [parent],
      service,
      operation: typeof name === 'string' ? name : '',
      start,
      duration: Math.max(0, end - start) as Microseconds,
      tags: tagsOf(span),
    },
  };
}

function scopesOf(resource: Fields): readonly unknown[] | null {
  // `instrumentationLibrarySpans` until version 0.19 of the protocol.
  return listOf(resource['scopeSpans'] ?? resource['instrumentationLibrarySpans']);
}

/**
 * Traces of OTLP JSON (opentelemetry-proto `TracesData`), whose spans lie by resource: put together by trace id, in the
 * order of their first spans. Tempo calls `resourceSpans` `batches`. The error is the path of what is wrong.
 */
export function decodeOtlp(body: unknown): Result<readonly CollectedTrace[], string> {
  const data = asRecord(body);
  const resources = data === null ? null : listOf(data['resourceSpans'] ?? data['batches']);
  if (resources === null) return fail('resourceSpans');
  const traces = new Map<string, CollectedSpan[]>();
  for (const [index, entry] of resources.entries()) {
    const resource = asRecord(entry) ?? {};
    const attributes = attributesOf(asRecord(resource['resource'])?.['attributes']);
    const service = attributes['service.name'] ?? 'unknown';
    const scopes = scopesOf(resource);
    if (scopes === null) return fail(`resourceSpans[${index}].scopeSpans`);
    for (const scope of scopes) {
      const spans = listOf(asRecord(scope)?.['spans']);
      if (spans === null) return fail(`resourceSpans[${index}].scopeSpans[].spans`);
      for (const [number, raw] of spans.entries()) {
        const read = spanOf(asRecord(raw) ?? {}, service);
        if (read === null) return fail(`resourceSpans[${index}].scopeSpans[].spans[${number}]`);
        const met = traces.get(read.traceId);
        if (met === undefined) traces.set(read.traceId, [read.span]);
        else met.push(read.span);
      }
    }
  }
  return ok([...traces].map(([traceId, spans]) => ({ traceId, spans })));
}
