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
  const endMicros = micros(parameters, 'end') ?? nowMs * 1000;
  const lookback = duration(parameters, 'lookback') ?? TWO_DAYS_MICROS;
  const operation = parameters.get('operation') ?? '';
  return {
    service,
    operation: operation === '' || operation === 'all' ? null : operation,
    tags: { ...tagPairs(parameters.getAll('tag')), ...tagObject(parameters.getAll('tags')) },
    startMicros: micros(parameters, 'start') ?? endMicros - lookback,
    endMicros,
    minDurationMicros: duration(parameters, 'minDuration'),
    maxDurationMicros: duration(parameters, 'maxDuration'),
    limit: micros(parameters, 'limit') ?? DEFAULT_LIMIT,
  };
}

function micros(parameters: URLSearchParams, name: string): number | null {
  const text = parameters.get(name);
  if (text === null || text === '') return null;
  const value = Number(text);
  if (!Number.isInteger(value))
    throw unparsable(name, `strconv.ParseInt: parsing "${text}": invalid syntax`);
  return value;
}

/** A Go duration in microseconds, with days as Jaeger's own `lookback` writes them. */
function duration(parameters: URLSearchParams, name: string): number | null {
  const text = parameters.get(name);
  if (text === null || text === '' || text === 'custom') return null;
  if (!/^(\d+(\.\d+)?(us|µs|ms|s|m|h|d))+$/.test(text)) {
    throw unparsable(name, `time: invalid duration "${text}"`);
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
    const parsed = parseObject(entry);
    for (const [key, value] of Object.entries(parsed)) merged[key] = String(value);
  }
  return merged;
}

function parseObject(text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Answered below, like any other text that is no object.
  }
  throw new Error(`malformed 'tags' parameter, cannot unmarshal JSON: ${text}`);
}

function unparsable(name: string, reason: string): Error {
  return new Error(`unable to parse param '${name}': ${reason}`);
}
