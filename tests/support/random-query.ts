import fc from 'fast-check';

const METRICS = [
  'istio_requests_total',
  'istio_request_duration_milliseconds_bucket',
  'istio_request_duration_milliseconds_count',
  'resetting_total',
  'flapping_total',
  'sparse_total',
  'late_total',
  'temperature',
  'capacity',
  'weight',
  'strange',
  'level',
  'twin_a',
  'constant',
  'odd_bucket',
  'missing_total',
];
const LABELS = ['instance', 'zone', 'reporter', 'response_code', 'le', 'unit', 'kind'];
const MATCHER_VALUES = [
  '',
  'a',
  'x',
  'source',
  '200',
  '.+',
  '.*',
  'a|b',
  'source|waypoint',
  '[ab]',
];
const DURATIONS = ['5s', '12s', '30s', '1m', '90s', '4m', '10m'];
const OVER_TIME =
  'rate increase irate delta idelta deriv resets changes avg_over_time sum_over_time min_over_time max_over_time count_over_time last_over_time stddev_over_time stdvar_over_time present_over_time absent_over_time'.split(
    ' ',
  );
const ELEMENTWISE = 'abs ceil floor exp sqrt sgn ln timestamp absent -'.split(' ');
const AGGREGATIONS = 'sum avg min max count group stddev stdvar'.split(' ');
const OPERATORS = '+ - * / % ^ == != < <= > >= and or unless'.split(' ');

const labelList = fc
  .uniqueArray(fc.constantFrom(...LABELS), { maxLength: 3 })
  .map((labels) => `(${labels.join(', ')})`);

const matcher = fc
  .tuple(
    fc.constantFrom(...LABELS),
    fc.constantFrom('=', '!=', '=~', '!~'),
    fc.constantFrom(...MATCHER_VALUES),
  )
  .map(([label, operator, value]) => `${label}${operator}"${value}"`);

const selector = fc
  .tuple(fc.constantFrom(...METRICS), fc.array(matcher, { maxLength: 2 }))
  .map(([metric, matchers]) => (matchers.length === 0 ? metric : `${metric}{${matchers.join()}}`));

const shift = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(...DURATIONS).map((each) => ` offset ${each}`) },
  { weight: 1, arbitrary: fc.constantFrom(' @ end()', ' @ start()', ' @ 1768465000.5') },
);

const grouping = fc.oneof(
  fc.constant(''),
  fc.tuple(fc.constantFrom('by', 'without'), labelList).map((parts) => parts.join(' ')),
);

const matching = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('on', 'ignoring'),
        labelList,
        fc.constantFrom('', '', 'group_left ()', 'group_right ()', 'group_left (zone)'),
      )
      .map((parts) => parts.join(' ')),
  },
);

const subqueryStep = fc.constantFrom('', '5s', '7s', '15s', '1m');

/** PromQL over the metrics of a seeded store: mostly valid, sometimes not, always small. */
export const randomQuery: fc.Arbitrary<string> = fc.letrec<{ vector: string; range: string }>(
  (tie) => ({
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 3, arbitrary: fc.tuple(selector, shift).map((parts) => parts.join('')) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.constantFrom(...OVER_TIME), tie('range'))
          .map(([name, range]) => `${name}(${range})`),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom(...AGGREGATIONS), grouping, tie('vector'))
          .map(([name, by, inner]) => `${name} ${by} (${inner})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...ELEMENTWISE), tie('vector'))
          .map(([name, inner]) => `${name}(${inner})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom('0', '0.5', '0.95', '1'), tie('vector'))
          .map(([quantile, inner]) => `histogram_quantile(${quantile}, ${inner})`),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(tie('vector'), fc.constantFrom(...OPERATORS), matching, tie('vector'))
          .map((parts) => `(${parts.join(' ')})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('vector'), fc.constantFrom(...OPERATORS), fc.constantFrom('0', '2', '-1.5'))
          .map((parts) => `(${parts.join(' ')})`),
      },
    ),
    range: fc.oneof(
      { depthSize: 'small' },
      {
        weight: 4,
        arbitrary: fc
          .tuple(selector, fc.constantFrom(...DURATIONS), shift)
          .map(([inner, duration, moved]) => `${inner}[${duration}]${moved}`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('vector'), fc.constantFrom(...DURATIONS), subqueryStep, shift)
          .map(([inner, duration, step, moved]) => `(${inner})[${duration}:${step}]${moved}`),
      },
    ),
  }),
).vector;
