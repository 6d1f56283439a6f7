import { decidedShare } from '@/components/panels/decided-share';
import { envoyFlag } from '@/components/panels/envoy-flag';
import { formatRatio } from '@/components/ui/format-ratio';
import type { CodeRate, FlagRate, TrafficRates } from '@/mesh/graph/graph';
import type { Health } from '@/mesh/health/health';

/**
 * Why something is not healthy, in a few characters: the share that decided, what it counts (the code itself when there
 * is only one) and what the proxy said, e.g. `100 % 404, no route`. The rule's sentence when its rule has no short form.
 */
export function healthFigure(
  health: Health,
  answers: { readonly codes: readonly CodeRate[]; readonly flags: readonly FlagRate[] },
): string {
  const decided = decidedShare(health);
  if (decided === null) return health.reason.replace(/\s*\(.*$/, '');
  const { text, counted, isOutbound } = decided;
  if (isOutbound) return `${text} ${counted} to others`;
  const flag = answers.flags.toSorted((a, b) => b.rps - a.rps)[0]?.flag;
  const said = flag === undefined ? '' : `, ${envoyFlag(flag).name.toLowerCase()}`;
  return `${text} ${onlyCode(counted, answers.codes) ?? counted}${said}`;
}

/** Rules whose failures the error ratio does not count. */
const NOT_IN_ERROR_RATIO: readonly string[] = ['http-4xx-ratio', 'tcp-failure-ratio'];

/** The failed share of what is served: the error ratio, or what decided and is not in it, e.g. `100 % 404`. */
export function errorsText(health: Health, rates: TrafficRates): string {
  const decided = NOT_IN_ERROR_RATIO.includes(health.rule) ? decidedShare(health) : null;
  if (decided === null || decided.isOutbound) return formatRatio(rates.errorRatio);
  return `${decided.text} ${onlyCode(decided.counted, rates.codes) ?? decided.counted}`;
}

/** The one code of a class such as `4xx`; `null` when several or none were counted. */
function onlyCode(counted: string, codes: readonly CodeRate[]): string | null {
  if (!counted.endsWith('xx')) return null;
  const ofClass = codes.filter(({ code }) => code.startsWith(counted.slice(0, 1)));
  const [first] = ofClass;
  return ofClass.length === 1 && first !== undefined ? first.code : null;
}
