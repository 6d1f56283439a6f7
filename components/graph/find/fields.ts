/** Fields whose values are text. */
export const TEXT_FIELDS = [
  'name',
  'namespace',
  'cluster',
  'app',
  'version',
  'kind',
  'health',
  'mtls',
  'protocol',
  'badge',
] as const;

/** Fields whose values are numbers, with the unit that a bare number has. */
export const NUMBER_FIELDS = [
  'rps',
  'errors',
  'p50',
  'p95',
  'p99',
  'share',
  'throughput',
  'pods',
] as const;

/** Words that stand alone for a state, e.g. `healthy` for `health = healthy`. */
export const STATE_WORDS = [
  'healthy',
  'degraded',
  'failing',
  'idle',
  'unknown',
  'mirrored',
] as const;

/** A text field. */
export type TextField = (typeof TEXT_FIELDS)[number];
/** A number field. `errors` and `share` are ratios 0..1, `p50`… milliseconds, `throughput` bytes per second. */
export type NumberField = (typeof NUMBER_FIELDS)[number];
/** A state word. */
export type StateWord = (typeof STATE_WORDS)[number];

const ALIASES: Readonly<Record<string, TextField | NumberField>> = {
  ns: 'namespace',
  label: 'name',
  error: 'errors',
  rate: 'rps',
  bytes: 'throughput',
};

/** The text field that a word names, or `null`. */
export function textField(word: string): TextField | null {
  const name = ALIASES[word.toLowerCase()] ?? word.toLowerCase();
  return TEXT_FIELDS.find((field) => field === name) ?? null;
}

/** The number field that a word names, or `null`. */
export function numberField(word: string): NumberField | null {
  const name = ALIASES[word.toLowerCase()] ?? word.toLowerCase();
  return NUMBER_FIELDS.find((field) => field === name) ?? null;
}

/** The state that a word names, or `null`. */
export function stateWord(word: string): StateWord | null {
  return STATE_WORDS.find((state) => state === word.toLowerCase()) ?? null;
}

const UNITS: Readonly<Record<NumberField, Readonly<Record<string, number>>>> = {
  rps: { '': 1, rps: 1, '/s': 1, k: 1000 },
  errors: { '': 0.01, '%': 0.01 },
  share: { '': 0.01, '%': 0.01 },
  p50: { '': 1, ms: 1, s: 1000 },
  p95: { '': 1, ms: 1, s: 1000 },
  p99: { '': 1, ms: 1, s: 1000 },
  throughput: { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9 },
  pods: { '': 1 },
};

/** Reads `5`, `1%`, `200ms`, `2 kB`-like words for a field; `null` when it is no number with a unit of that field. */
export function numberFor(field: NumberField, text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z%/]*)$/i.exec(text);
  const factor = UNITS[field][(match?.[2] ?? '').toLowerCase()];
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
}
