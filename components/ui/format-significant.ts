/**
 * Text of a number with three significant digits and no exponent: `0.0421`, `4.21`, `42.1`, `421`, `4,210`. Whole parts
 * longer than three digits are kept whole. Values below `0.001` in size that are not zero read `<0.001`.
 */
export function formatSignificant(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 0.001) return value < 0 ? '>-0.001' : '<0.001';
  const rounded = Number(value.toPrecision(3));
  if (size >= 999.5) return Math.round(value).toLocaleString('en-US');
  const whole = Math.floor(Math.log10(Math.abs(rounded))) + 1;
  return trimZeros(rounded.toFixed(Math.max(0, 3 - whole)));
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
