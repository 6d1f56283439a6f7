declare const microseconds: unique symbol;

/** A time or duration of a span: since the epoch, with nanoseconds as fraction where they are known. */
export type Microseconds = number & { readonly [microseconds]: true };

/** Reads a number of microseconds; `null` for what is none. */
export function toMicroseconds(value: unknown): Microseconds | null {
  return typeof value === 'number' && Number.isFinite(value) ? (value as Microseconds) : null;
}

/** Milliseconds, with the microseconds as fraction. */
export function toMilliseconds(value: Microseconds): number {
  return value / 1000;
}

/** Reads nanoseconds as OTLP writes them: a whole number, as text because it is a 64-bit one. `null` for what is none. */
export function fromNanoseconds(value: unknown): Microseconds | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) return null;
  const nanoseconds = BigInt(text);
  return (Number(nanoseconds / 1000n) + Number(nanoseconds % 1000n) / 1000) as Microseconds;
}
