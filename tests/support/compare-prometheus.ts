/** One answer of Prometheus's query API, made comparable. */
export interface ComparableAnswer {
  readonly status: number;
  readonly errorType: string | null;
  readonly error: string | null;
  readonly resultType: string | null;
  /** Values by series and time, the series being its labels as sorted JSON. */
  readonly samples: ReadonlyMap<string, number>;
  /** Series in the order of the answer. */
  readonly order: readonly string[];
}

/** Asks `/api/v1/<path>`; parameters are sent as a form, so that long queries fit. */
export async function askPrometheus(
  url: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<ComparableAnswer> {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method: 'POST',
    body: new URLSearchParams(parameters),
  });
  const text = await response.text();
  const body = parseBody(text);
  const samples = new Map<string, number>();
  const order: string[] = [];
  for (const { metric, value, values } of seriesOf(body)) {
    const key = JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
    order.push(key);
    for (const [time, number] of values ?? (value === undefined ? [] : [value])) {
      samples.set(`${key}@${time}`, parseValue(number));
    }
  }
  return {
    status: response.status,
    errorType: body.errorType ?? null,
    error: body.error ?? null,
    resultType: body.data?.resultType ?? null,
    samples,
    order,
  };
}

type Sample = readonly [time: number, value: string];

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
}

interface Body {
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
}

function parseBody(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch (error) {
    throw new Error(`not JSON: ${text.slice(0, 200)}`, { cause: error });
  }
}

function seriesOf(body: Body): readonly Series[] {
  const { data } = body;
  if (data === undefined) return [];
  if (data.resultType === 'scalar') return [{ metric: {}, value: data.result as Sample }];
  if (data.resultType === 'string') {
    const [time, text] = data.result as Sample;
    return [{ metric: { text }, value: [time, '0'] }];
  }
  return data.result as readonly Series[];
}

function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** What is different, in words; `null` when the answers are equal within 1e-9 relative. */
export function differenceOf(
  expected: ComparableAnswer,
  found: ComparableAnswer,
  { orderMatters = false } = {},
): string | null {
  if (expected.status !== found.status || expected.errorType !== found.errorType) {
    return `status ${found.status} ${found.errorType ?? ''} (${found.error ?? ''}), expected ${expected.status} ${expected.errorType ?? ''} (${expected.error ?? ''})`;
  }
  if (expected.resultType !== found.resultType) {
    return `a ${found.resultType ?? 'nothing'}, expected a ${expected.resultType ?? 'nothing'}`;
  }
  for (const [key, value] of expected.samples) {
    const other = found.samples.get(key);
    if (other === undefined) return `lacks ${key} = ${value}`;
    if (!isClose(value, other)) return `${key} = ${other}, expected ${value}`;
  }
  const extra = [...found.samples.keys()].find((key) => !expected.samples.has(key));
  if (extra !== undefined) return `has ${extra} = ${found.samples.get(extra) ?? ''}`;
  if (orderMatters && expected.order.join() !== found.order.join()) return 'another order';
  return null;
}

function isClose(left: number, right: number): boolean {
  if (Object.is(left, right) || left === right) return true;
  if (!Number.isFinite(left) || !Number.isFinite(right)) return false;
  const scale = Math.max(Math.abs(left), Math.abs(right));
  return Math.abs(left - right) <= 1e-9 * scale || scale < 1e-12;
}
