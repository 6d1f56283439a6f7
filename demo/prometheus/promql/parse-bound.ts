const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number as Go's `ParseFloat` reads it, for the label `le`; `null` for everything else. */
export function parseBound(text: string): number | null {
  const lower = text.toLowerCase();
  if (/^[+]?inf(?:inity)?$/.test(lower)) return Number.POSITIVE_INFINITY;
  if (/^-inf(?:inity)?$/.test(lower)) return Number.NEGATIVE_INFINITY;
  if (lower === 'nan') return Number.NaN;
  return DECIMAL.test(text) ? Number(text) : null;
}
