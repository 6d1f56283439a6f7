const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${key}:${canonical(entry)}`).join(',')}}`;
}

function hash(text: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  }
  return value >>> 0;
}

/** A short text that equals for equal pod templates, in the alphabet of `pod-template-hash`. */
export function templateHash(template: unknown): string {
  const text = canonical(template);
  const digits = [hash(text, 2166136261), hash(text, 84696351)]
    .map((value) => value.toString(27).padStart(5, '0').slice(-5))
    .join('');
  return [...digits].map((digit) => ALPHABET[Number.parseInt(digit, 27)] ?? 'x').join('');
}
