/** Arithmetic by PromQL operator. */
export const ARITHMETIC: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['+', (left: number, right: number) => left + right],
  ['-', (left: number, right: number) => left - right],
  ['*', (left: number, right: number) => left * right],
  ['/', (left: number, right: number) => left / right],
  ['%', (left: number, right: number) => left % right],
  ['^', power],
  ['atan2', Math.atan2],
]);

/** Comparisons by PromQL operator. */
export const COMPARISON: ReadonlyMap<string, (left: number, right: number) => boolean> = new Map([
  ['==', (left: number, right: number) => left === right],
  ['!=', (left: number, right: number) => left !== right],
  ['<', (left: number, right: number) => left < right],
  ['<=', (left: number, right: number) => left <= right],
  ['>', (left: number, right: number) => left > right],
  ['>=', (left: number, right: number) => left >= right],
]);

/** Whether results lose the metric name. Prometheus 2.42 forgets `atan2`, so that it keeps the name there. */
export function dropsMetricName(operator: string, returnBool: boolean): boolean {
  return returnBool || (ARITHMETIC.has(operator) && operator !== 'atan2');
}

/** IEEE 754 says that 1 to any power is 1, and -1 to an infinite one; JavaScript says NaN. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1;
  return base ** exponent;
}
