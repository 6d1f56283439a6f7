import { envoyFlag } from '@/components/panels/envoy-flag';
import type { CodeRate, FlagRate } from '@/mesh/graph/graph';
import type { Health } from '@/mesh/health/health';

/** What a rule counts, in a word or two. */
const COUNTED: Readonly<Record<string, string>> = {
  'http-5xx-ratio': '5xx',
  'http-4xx-ratio': '4xx',
  'no-response-ratio': 'unanswered',
  'grpc-failure-ratio': 'gRPC errors',
  'tcp-failure-ratio': 'connections failed',
};

/**
 * Why something is not healthy, in a few characters: the share that decided, what it counts (the code itself when there
 * is only one) and what the proxy said, e.g. `100 % 404, no route`. The rule's sentence when its rule has no short form.
 */
export function healthFigure(
  health: Health,
  answers: { readonly codes: readonly CodeRate[]; readonly flags: readonly FlagRate[] },
): string {
  const counted = COUNTED[health.rule];
  const share = /[\d.]+ %/.exec(health.reason)?.[0];
  if (counted === undefined || share === undefined) return health.reason.replace(/\s*\(.*$/, '');
  const isOutbound = health.reason.startsWith('Of what it sends');
  if (isOutbound) return `${share} ${counted} to others`;
  const flag = answers.flags.toSorted((a, b) => b.rps - a.rps)[0]?.flag;
  const said = flag === undefined ? '' : `, ${envoyFlag(flag).name.toLowerCase()}`;
  return `${share} ${onlyCode(counted, answers.codes) ?? counted}${said}`;
}

/** The one code of a class such as `4xx`; `null` when several or none were counted. */
function onlyCode(counted: string, codes: readonly CodeRate[]): string | null {
  if (!counted.endsWith('xx')) return null;
  const ofClass = codes.filter(({ code }) => code.startsWith(counted.slice(0, 1)));
  const [first] = ofClass;
  return ofClass.length === 1 && first !== undefined ? first.code : null;
}
