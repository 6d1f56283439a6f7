import { isOutside } from '@/mesh/visibility/outside';
import type { ConfiguredMtls } from '@/mesh/mtls/configured-mtls';
import { isEnforced } from '@/mesh/mtls/is-enforced';
import type { Decided, MtlsVerdict } from '@/mesh/mtls/mtls';
import type { MtlsQuestion } from '@/mesh/mtls/mtls-question';

/** What the reason is made of. */
export interface MtlsAnswer {
  readonly question: MtlsQuestion;
  readonly configured: ConfiguredMtls;
  readonly observedRatio: number | null;
  readonly observedPerSecond: number | null;
  readonly verdict: MtlsVerdict;
  /** No traffic was seen in the window. */
  readonly isIdle: boolean;
}

/** One or two sentences: what both sides are set to and by which object, then what was observed. */
export function explainMtls(answer: MtlsAnswer): string {
  const { configured } = answer;
  const ends = joined(clientText(configured), ', ', serverText(configured));
  const why = configured.why === '' ? null : configured.why;
  const first = joined(ends, ': ', why) ?? 'Neither end is known to the cluster';
  const observed = observedText(answer);
  return observed === null ? sentence(first) : `${sentence(first)} ${sentence(observed)}`;
}

/** Both texts with `between`, or the one that is there; `null` without any. */
function joined(a: string | null, between: string, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : `${a}${between}${b}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function clientText({ client }: ConfiguredMtls): string | null {
  if (client === null) return null;
  switch (client.mode) {
    case 'auto':
      return 'the client uses auto mTLS';
    case 'hbone':
      return `the client tunnels over HBONE (${client.at})`;
    case 'none':
      return `the client sends plaintext (${client.at})`;
    case 'plaintext':
      return `the client sends plaintext (${by(client)})`;
    default:
      return `the client is set to ${client.mode} (${by(client)})`;
  }
}

function serverText({ server }: ConfiguredMtls): string | null {
  if (server === null) return null;
  return server.mode === 'no-proxy'
    ? `the server has no proxy on this port (${server.at})`
    : `the server is ${server.mode} (${by(server)})`;
}

function by(decided: Decided<string>): string {
  const { decidedBy, at } = decided;
  if (decidedBy === null) return at;
  if (isOutside(decidedBy.name)) return `a ${decidedBy.kind} that you may not see, ${at}`;
  return `${decidedBy.kind} ${decidedBy.namespace}/${decidedBy.name}, ${at}`;
}

/** What the configuration alone would make of traffic, for edges that carry none. */
const WOULD = {
  mtls: 'by configuration it would be mutual TLS',
  tls: 'by configuration it would be TLS',
  plaintext: 'by configuration it would be plaintext',
  broken: 'by configuration it could not work',
} as const;

function observedText(answer: MtlsAnswer): string | null {
  const { configured, observedRatio, verdict, isIdle } = answer;
  if (observedRatio !== null) return measuredText(answer, observedRatio);
  if (isIdle) {
    const would = configured.configured === null ? null : WOULD[configured.configured];
    return joined('no traffic was seen in this window', '; ', would);
  }
  if (verdict === 'broken') return null;
  return verdict === 'unknown'
    ? 'no report of the traffic names a policy'
    : 'no server-side report confirms it, so this is what the configuration does';
}

function measuredText({ configured, question, verdict }: MtlsAnswer, ratio: number): string {
  const counted = question.protocol === 'tcp' ? 'connections' : 'requests';
  const unit = question.security?.inBytes === true ? 'bytes' : counted;
  const share = `${Number((ratio * 100).toFixed(1))} % of the ${unit} in this window were mutual TLS`;
  if (verdict === 'broken') {
    return `${share}, measured before the configuration changed or past it`;
  }
  return verdict === 'encrypted' &&
    isEnforced(configured) === false &&
    configured.configured !== 'tls'
    ? `${share}; encrypted now, not enforced, because the server would accept plaintext too`
    : share;
}
