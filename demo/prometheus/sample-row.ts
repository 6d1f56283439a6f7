/**
 * The samples of one snapshot, by slot. A slot beyond the end belongs to a series that was born later; a slot whose bits
 * are the absence mark belongs to a series that had ended. Rows are never changed once taken.
 */
export interface SampleRow {
  readonly values: Float64Array;
  /** The same memory as 32-bit words, because the absence mark is a NaN that only its bits tell from other NaNs. */
  readonly words: Uint32Array;
}

const ABSENT_HIGH = 0x7ff00000;
const ABSENT_LOW = 2;
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = LITTLE_ENDIAN ? 0 : 1;
const HIGH = LITTLE_ENDIAN ? 1 : 0;

/** Wraps values without copying them. */
export function toSampleRow(values: Float64Array<ArrayBuffer>): SampleRow {
  return { values, words: new Uint32Array(values.buffer, values.byteOffset, values.length * 2) };
}

/** Writes the absence mark. */
export function markAbsent(row: SampleRow, slot: number): void {
  row.words[slot * 2 + LOW] = ABSENT_LOW;
  row.words[slot * 2 + HIGH] = ABSENT_HIGH;
}

/** Whether the row has no sample in `slot`. A measured NaN is a sample. */
export function isAbsent(row: SampleRow, slot: number): boolean {
  if (slot >= row.values.length) return true;
  return row.words[slot * 2 + LOW] === ABSENT_LOW && row.words[slot * 2 + HIGH] === ABSENT_HIGH;
}
