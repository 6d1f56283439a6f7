declare const microseconds: unique symbol;

/** A time or duration as Jaeger writes it. */
export type Microseconds = number & { readonly [microseconds]: true };

/** Reads a number of microseconds; `null` for what is none. */
export function toMicroseconds(value: unknown): Microseconds | null {
  return typeof value === 'number' && Number.isFinite(value) ? (value as Microseconds) : null;
}

/** Milliseconds, with the microseconds as fraction. */
export function toMilliseconds(value: Microseconds): number {
  return value / 1000;
}
