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

/** IEEE 754 says that 1 to any power is 1, and -1 to an infinite one; JavaScript says NaN. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1;
  return base ** exponent;
}
