/** Index of the first of growing times that is not before `fromMs`; the length when all are. */
export function firstIndexFrom(timesMs: readonly number[], fromMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
