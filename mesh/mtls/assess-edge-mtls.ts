import { configuredMtls } from '@/mesh/mtls/configured-mtls';
import { explainMtls } from '@/mesh/mtls/explain-mtls';
import { indexTopology } from '@/mesh/topology/topology-index';
import type { ConfiguredMtls } from '@/mesh/mtls/configured-mtls';
import type { EdgeMtls, MtlsVerdict } from '@/mesh/mtls/mtls';
import type { MtlsQuestion } from '@/mesh/mtls/mtls-question';
import type { MtlsAnswer } from '@/mesh/mtls/explain-mtls';
import type { Topology } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** Shares above this count as all, below its complement as none: counters of two series never meet exactly. */
const ALL_RATIO = 0.999;

/**
 * mTLS of one edge: what is configured beside what is observed, and one verdict. Configuration that cannot work is
 * `broken` even while older traffic is still observed; otherwise observation decides; without a server-side report the
 * configuration does, for edges that carry traffic; what carries none is `unknown`.
 */
export function assessEdgeMtls(topology: Topology, question: MtlsQuestion): EdgeMtls {
  const index = indexTopology(topology);
  const configured = configuredOf(index, question);
  const observed = observedOf(index, question);
  const verdict = verdictOf(configured, observed.observedRatio, question);
  const { server, client } = configured;
  const reason = reasonOf({ question, configured, ...observed, verdict });
  return { verdict, reason, server, client, configured: configured.configured, ...observed };
}

const reasons = new WeakMap<ConfiguredMtls, Map<string, string>>();

/** Reasons repeat from refresh to refresh; they are put into words once for each answer. */
function reasonOf(answer: MtlsAnswer): string {
  const { configured, verdict, observedRatio, question } = answer;
  const known = reasons.get(configured) ?? new Map<string, string>();
  reasons.set(configured, known);
  const share = observedRatio === null ? '' : Math.round(observedRatio * 1_000);
  const key = `${verdict}${share}${question.reporter === null ? '-' : '+'}`;
  const reason = known.get(key) ?? explainMtls(answer);
  known.set(key, reason);
  return reason;
}

const configuredMemo = new WeakMap<TopologyIndex, Map<string, ConfiguredMtls>>();

function configuredOf(index: TopologyIndex, question: MtlsQuestion): ConfiguredMtls {
  const memo = configuredMemo.get(index) ?? new Map<string, ConfiguredMtls>();
  configuredMemo.set(index, memo);
  const { source, destination, destinationService, protocol, reporter } = question;
  const isNameless = hasNamelessIdentity(question);
  const key = `${source.namespace ?? ''}/${source.workload ?? ''}>${destination.namespace ?? ''}/${destination.workload ?? ''}>${destinationService ?? ''}>${protocol}>${reporter === 'waypoint' ? 'w' : ''}${isNameless ? 'n' : ''}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  const made = configure(index, question);
  memo.set(key, made);
  return made;
}

function configure(index: TopologyIndex, question: MtlsQuestion): ConfiguredMtls {
  const { source, destination, destinationServiceName } = question;
  if (destinationServiceName === 'PassthroughCluster' && destination.workload === null) {
    const why = 'the host is not known to the mesh, and the proxy passes bytes on as they are';
    return { server: null, client: null, configured: null, why };
  }
  if (destinationServiceName === 'BlackHoleCluster') {
    const why = 'the host is not known to the mesh, and the proxy drops the traffic';
    return { server: null, client: null, configured: null, why };
  }
  const client =
    source.workload === null
      ? hasNamelessIdentity(question)
        ? null
        : 'unknown'
      : index.workload(source.namespace ?? '', source.workload);
  const answer = configuredMtls(index, {
    client,
    destination: index.workload(destination.namespace ?? '', destination.workload ?? ''),
    host: question.destinationService,
    protocol: question.protocol,
  });
  if (question.reporter !== 'waypoint') return answer;
  const viaWaypoint = { mode: 'hbone', decidedBy: null, at: 'through a waypoint' } as const;
  return source.workload === null
    ? answer
    : { ...answer, client: viaWaypoint, configured: 'mtls', why: '' };
}

/** A client that metrics do not name (another cluster's, say) and that came with mutual TLS all the same: it has a proxy. */
function hasNamelessIdentity({ source, security }: MtlsQuestion): boolean {
  return source.workload === null && security !== null && security.mutualTls > 0;
}

function observedOf(
  index: TopologyIndex,
  question: MtlsQuestion,
): Pick<EdgeMtls, 'observedRatio' | 'observedPerSecond'> {
  const none = { observedRatio: null, observedPerSecond: null };
  const { security, destination } = question;
  if (security === null) return none;
  const server = index.workload(destination.namespace ?? '', destination.workload ?? '');
  const isZtunnel = question.protocol === 'tcp' && server?.proxy === 'ambient';
  const plaintext = security.none + (isZtunnel ? security.unknown : 0);
  const total = security.mutualTls + plaintext;
  return total > 0 ? { observedRatio: security.mutualTls / total, observedPerSecond: total } : none;
}

function verdictOf(
  configured: ConfiguredMtls,
  observedRatio: number | null,
  question: MtlsQuestion,
): MtlsVerdict {
  if (configured.configured === 'broken') return 'broken';
  if (observedRatio !== null) {
    if (observedRatio >= ALL_RATIO) return 'encrypted';
    if (observedRatio > 1 - ALL_RATIO) return 'partly';
    return configured.configured === 'tls' ? 'encrypted' : 'plaintext';
  }
  if (question.reporter === null || isIdle(question)) return 'unknown';
  if (configured.configured === 'mtls' || configured.configured === 'tls') return 'encrypted';
  return configured.configured === 'plaintext' ? 'plaintext' : 'unknown';
}

/** True when the server counted no request in the window. TCP connections may be idle of openings and still carry bytes. */
function isIdle({ security, protocol }: MtlsQuestion): boolean {
  if (security === null || protocol === 'tcp') return false;
  return security.mutualTls + security.none + security.unknown === 0;
}
