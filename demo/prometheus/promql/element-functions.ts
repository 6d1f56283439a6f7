/** Functions of one value, by PromQL name. */
export const ELEMENT_FUNCTIONS: ReadonlyMap<string, (value: number) => number> = new Map([
  ['abs', Math.abs],
  ['ceil', Math.ceil],
  ['floor', Math.floor],
  ['exp', Math.exp],
  ['ln', Math.log],
  ['log2', Math.log2],
  ['log10', Math.log10],
  ['sqrt', Math.sqrt],
  ['sgn', Math.sign],
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tan', Math.tan],
  ['asin', Math.asin],
  ['acos', Math.acos],
  ['atan', Math.atan],
  ['sinh', Math.sinh],
  ['cosh', Math.cosh],
  ['tanh', Math.tanh],
  ['asinh', Math.asinh],
  ['acosh', Math.acosh],
  ['atanh', Math.atanh],
  ['deg', (value: number) => (value * 180) / Math.PI],
  ['rad', (value: number) => (value * Math.PI) / 180],
]);

/** Functions of a time in seconds since the epoch (UTC), by PromQL name. */
export const CALENDAR_FUNCTIONS: ReadonlyMap<string, (date: Date) => number> = new Map([
  ['minute', (date: Date) => date.getUTCMinutes()],
  ['hour', (date: Date) => date.getUTCHours()],
  ['day_of_week', (date: Date) => date.getUTCDay()],
  ['day_of_month', (date: Date) => date.getUTCDate()],
  ['day_of_year', dayOfYear],
  ['days_in_month', daysInMonth],
  ['month', (date: Date) => date.getUTCMonth() + 1],
  ['year', (date: Date) => date.getUTCFullYear()],
]);

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start) / 86_400_000) + 1;
}

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
