/** One line of a table: what was measured, the figure with its unit, and what it should be (`–`: no aim). */
export type BenchRow = readonly [what: string, figure: string, aim: string];

/** Prints a part of the bench as one table. */
export function printTable(title: string, rows: readonly BenchRow[]): void {
  const all = [['', 'measured', 'aim'], ...rows];
  const width = (column: number): number => Math.max(...all.map((row) => row[column]?.length ?? 0));
  console.log(`\n${title}`);
  for (const [what = '', figure = '', aim = ''] of all) {
    console.log(`  ${what.padEnd(width(0))}  ${figure.padStart(width(1))}  ${aim}`);
  }
}

/** The middle value; of an even number the upper one. Throws when there is none. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
