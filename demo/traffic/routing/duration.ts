const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
};

/** Milliseconds of a Go duration such as `1.5s` or `1m30s`; `null` when there is none or it does not parse. */
export function parseDurationMs(value: unknown): number | null {
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(ms|us|h|m|s))+$/.test(value)) return null;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|us|h|m|s)/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return total;
}
