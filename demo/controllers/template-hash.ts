const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
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

const known = new WeakMap<object, string>();

/** A short text that equals for equal pod templates, in the alphabet of `pod-template-hash`. */
export function templateHash(template: object): string {
  const present = known.get(template);
  if (present !== undefined) return present;
  const text = hashText(canonical(template));
  known.set(template, text);
  return text;
}

function hashText(text: string): string {
  const digits = [hash(text, 2166136261), hash(text, 84696351)]
    .map((value) => value.toString(27).padStart(5, '0').slice(-5))
    .join('');
  return Array.from(digits, (digit) => ALPHABET[Number.parseInt(digit, 27)] ?? 'x').join('');
}
