/**
 * What a chart shows, in a sentence for those who do not see it: lowest, highest and latest value and how much was not
 * measured.
 */
export function summarizeSeries(
  values: readonly (number | null)[],
  format: (value: number | null) => string,
): string {
  const known = values.filter((value) => value !== null);
  const latest = known.at(-1);
  if (latest === undefined) return 'Nothing was measured in this range.';
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  const missing = values.length - known.length;
  const holes = missing === 0 ? '' : ` Not measured at ${missing} of ${values.length} points.`;
  return `From ${format(low)} to ${format(high)}, latest ${format(latest)}.${holes}`;
}
