import type { EdgeMtls } from '@/mesh/mtls/mtls';
import type { MtlsQuestion } from '@/mesh/mtls/mtls-question';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** What was measured of an edge's encryption. */
export type ObservedMtls = Pick<EdgeMtls, 'observedRatio' | 'observedPerSecond'>;

/**
 * The share of `mutual_tls` as proxies reported it. Where only long-lived connections carried bytes, the share is of
 * bytes and `observedPerSecond` is zero: no connection was opened. A ztunnel says `unknown` of plaintext, so that it
 * counts as such in its reports; from other proxies `unknown` is no observation.
 */
export function observeMtls(index: TopologyIndex, question: MtlsQuestion): ObservedMtls {
  const { security } = question;
  if (security === null) return { observedRatio: null, observedPerSecond: null };
  const plaintext = security.none + (isByZtunnel(index, question) ? security.unknown : 0);
  const total = security.mutualTls + plaintext;
  if (!(total > 0)) return { observedRatio: null, observedPerSecond: null };
  const observedPerSecond = security.inBytes === true ? 0 : total;
  return { observedRatio: security.mutualTls / total, observedPerSecond };
}

function isByZtunnel(index: TopologyIndex, question: MtlsQuestion): boolean {
  if (question.protocol !== 'tcp') return false;
  const { namespace, workload, cluster } =
    question.securityReporter === 'source' ? question.source : question.destination;
  return index.workload(namespace ?? '', workload ?? '', cluster)?.proxy === 'ambient';
}

/**
 * True when no traffic was seen in the window: no series mentions the edge, or its counters stand still. TCP connections
 * may open none and still carry bytes, which is traffic.
 */
export function isIdleEdge({ security, protocol, tcp, reporter }: MtlsQuestion): boolean {
  if (reporter === null) return true;
  if (protocol === 'tcp' && tcp !== undefined && tcp !== null) {
    const { connectionsPerSecond, requestBytesPerSecond, responseBytesPerSecond } = tcp;
    return !(
      (connectionsPerSecond ?? 0) > 0 ||
      (requestBytesPerSecond ?? 0) > 0 ||
      (responseBytesPerSecond ?? 0) > 0
    );
  }
  if (security === null || protocol === 'tcp') return false;
  return security.mutualTls + security.none + security.unknown === 0;
}
