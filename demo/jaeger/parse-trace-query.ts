import type { TraceQuery } from '@/demo/jaeger/span-query';

const UNIT_MICROS: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};
const DEFAULT_LIMIT = 100;
const TWO_DAYS_MICROS = 172_800_000_000;

/** Reads the parameters of `/api/traces`. Throws an `Error` with Jaeger's own wording when one does not parse. */
export function parseTraceQuery(parameters: URLSearchParams, nowMs: number): TraceQuery {
  const service = parameters.get('service') ?? '';
  if (service === '') throw new Error("parameter 'service' is required");
  const endMicros = wholeNumber(parameters, 'end') ?? nowMs * 1000;
  const lookback = duration(parameters, 'lookback') ?? TWO_DAYS_MICROS;
  const operation = parameters.get('operation') ?? '';
  const minDurationMicros = duration(parameters, 'minDuration');
  const maxDurationMicros = duration(parameters, 'maxDuration');
  if (
    minDurationMicros !== null &&
    maxDurationMicros !== null &&
    maxDurationMicros < minDurationMicros
  )
    throw new Error("'maxDuration' should be greater than 'minDuration'");
  return {
    service,
    operation: operation === '' || operation === 'all' ? null : operation,
    tags: { ...tagPairs(parameters.getAll('tag')), ...tagObject(parameters.getAll('tags')) },
    startMicros: wholeNumber(parameters, 'start') ?? endMicros - lookback,
    endMicros,
    minDurationMicros,
    maxDurationMicros,
    limit: wholeNumber(parameters, 'limit') ?? DEFAULT_LIMIT,
  };
}

/** A whole number, `null` where the parameter is missing. Throws an `Error` with Jaeger's own wording. */
export function wholeNumber(parameters: URLSearchParams, name: string): number | null {
  const text = parameters.get(name);
  if (text === null || text === '') return null;
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text))
    throw unparsable(name, `strconv.ParseInt: parsing "${text}": invalid syntax`);
  return value;
}

/** A Go duration in microseconds, with days as Jaeger's own `lookback` writes them. */
function duration(parameters: URLSearchParams, name: string): number | null {
  const text = parameters.get(name);
  if (text === null || text === '' || text === 'custom') return null;
  if (!/^(\d+(\.\d+)?(us|µs|ms|s|m|h|d))+$/.test(text)) {
    const fault = /^\d+(\.\d+)?$/.test(text) ? 'missing unit in' : 'invalid';
    throw unparsable(name, `time: ${fault} duration "${text}"`);
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNIT_MICROS[unit ?? ''] ?? 0);
  }
  return total;
}

function tagPairs(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const colon = entry.indexOf(':');
      if (colon < 0)
        throw new Error(`malformed 'tag' parameter, expecting key:value, received: ${entry}`);
      return [entry.slice(0, colon), entry.slice(colon + 1)];
    }),
  );
}

function tagObject(entries: readonly string[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const entry of entries) {
    for (const [key, value] of Object.entries(parseObject(entry))) {
      if (typeof value !== 'string')
        throw malformedTags(`${typeof value} into Go value of type string`);
      merged[key] = value;
    }
  }
  return merged;
}

function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(
      "malformed 'tags' parameter, cannot unmarshal JSON: invalid character in literal",
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw malformedTags(`${typeof parsed} into Go value of type map[string]string`);
  }
  return { ...parsed };
}

function malformedTags(reason: string): Error {
  return new Error(
    `malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal ${reason}`,
  );
}

function unparsable(name: string, reason: string): Error {
  return new Error(`unable to parse param '${name}': ${reason}`);
}
