import type { ValueType } from '@/demo/prometheus/promql/ast';

/** Types of a function's arguments and result. */
export interface FunctionSignature {
  readonly takes: readonly ValueType[];
  /** Trailing arguments that may be left out; -1: the last one may also be repeated. */
  readonly optional: number;
  readonly returns: ValueType;
}

const VECTOR = 'instant vector';
const RANGE = 'range vector';

function signatures(
  names: string,
  takes: readonly ValueType[],
  returns: ValueType = VECTOR,
  optional = 0,
): [string, FunctionSignature][] {
  return names.split(' ').map((name) => [name, { takes, returns, optional }]);
}

/** The functions of Prometheus 2.42. */
export const FUNCTION_SIGNATURES: ReadonlyMap<string, FunctionSignature> = new Map([
  ...signatures('abs absent ceil exp floor ln log10 log2 sgn sqrt sort sort_desc timestamp', [
    VECTOR,
  ]),
  ...signatures('acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh deg rad', [VECTOR]),
  ...signatures('histogram_count histogram_sum', [VECTOR]),
  ...signatures(
    'absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time',
    [RANGE],
  ),
  ...signatures('clamp', [VECTOR, 'scalar', 'scalar']),
  ...signatures('clamp_max clamp_min', [VECTOR, 'scalar']),
  ...signatures('histogram_quantile', ['scalar', VECTOR]),
  ...signatures('histogram_fraction', ['scalar', 'scalar', VECTOR]),
  ...signatures('quantile_over_time', ['scalar', RANGE]),
  ...signatures('predict_linear', [RANGE, 'scalar']),
  ...signatures('round', [VECTOR, 'scalar'], VECTOR, 1),
  ...signatures(
    'day_of_month day_of_week day_of_year days_in_month hour minute month year',
    [VECTOR],
    VECTOR,
    1,
  ),
  ...signatures('label_replace', [VECTOR, 'string', 'string', 'string', 'string']),
  ...signatures('label_join', [VECTOR, 'string', 'string', 'string'], VECTOR, -1),
  ...signatures('scalar', [VECTOR], 'scalar'),
  ...signatures('vector', ['scalar']),
  ...signatures('pi time', [], 'scalar'),
]);
