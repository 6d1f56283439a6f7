import type { ConfiguredMtls } from '@/mesh/mtls/configured-mtls';
import type { Decided, MtlsVerdict } from '@/mesh/mtls/mtls';
import type { MtlsQuestion } from '@/mesh/mtls/mtls-question';

/** What the reason is made of. */
export interface MtlsAnswer {
  readonly question: MtlsQuestion;
  readonly configured: ConfiguredMtls;
  readonly observedRatio: number | null;
  readonly observedPerSecond: number | null;
  readonly verdict: MtlsVerdict;
}

/** One or two sentences: what both sides are set to and by which object, then what was observed. */
export function explainMtls(answer: MtlsAnswer): string {
  const { configured } = answer;
  const parts = [clientText(configured), serverText(configured)].filter((text) => text !== null);
  const ends = parts.length === 0 ? null : parts.join(', ');
  const why = configured.why === '' ? null : configured.why;
  const first = [ends, why].filter((text) => text !== null).join(': ');
  const sentences = [
    first === '' ? 'Neither end is known to the cluster' : first,
    observedText(answer),
  ];
  return sentences
    .filter((text) => text !== null)
    .map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`)
    .join(' ');
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
  return `${decidedBy.kind} ${decidedBy.namespace}/${decidedBy.name}, ${at}`;
}

function observedText(answer: MtlsAnswer): string | null {
  const { observedRatio, question, verdict } = answer;
  const unit = question.protocol === 'tcp' ? 'connections' : 'requests';
  if (observedRatio !== null) {
    const share = `${Number((observedRatio * 100).toFixed(1))} % of the ${unit} in this window were mutual TLS`;
    return verdict === 'broken'
      ? `${share}, measured before the configuration changed or past it`
      : share;
  }
  if (question.reporter === null) return 'no traffic was observed';
  return verdict === 'unknown' || verdict === 'broken'
    ? null
    : 'no server-side report confirms it, so this is what the configuration does';
}
