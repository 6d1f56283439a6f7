import { configuredMtls } from '@/mesh/mtls/configured-mtls';
import { decideOutcome } from '@/mesh/mtls/decide-outcome';
import { effectiveServerMode } from '@/mesh/mtls/effective-server-mode';
import { explainMtls } from '@/mesh/mtls/explain-mtls';
import { foreignText } from '@/mesh/mtls/trust-domain';
import { indexTopology } from '@/mesh/topology/topology-index';
import { isIdleEdge, observeMtls } from '@/mesh/mtls/observe-mtls';
import { MOST_ANSWERS, perTopology } from '@/mesh/topology/per-topology';
import { clusterSuffix } from '@/mesh/topology/workload-key';
import { perspectiveOf } from '@/mesh/topology/perspective';
import { waypointOf } from '@/mesh/mtls/waypoint-of';
import type { ConfiguredMtls, MtlsPerspectives } from '@/mesh/mtls/configured-mtls';
import type { EdgeMtls, MtlsVerdict } from '@/mesh/mtls/mtls';
import type { MtlsQuestion } from '@/mesh/mtls/mtls-question';
import type { MtlsAnswer } from '@/mesh/mtls/explain-mtls';
import type { Topology, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** Shares above this count as all, below its complement as none: counters of two series never meet exactly. */
const ALL_RATIO = 0.999;

/**
 * mTLS of one edge: what is configured beside what is observed, and one verdict. Configuration that cannot work is
 * `broken` even while older traffic is still observed; otherwise observation decides; without a report that names a
 * policy the configuration does, for edges that carry traffic; what carries none is `unknown`.
 */
export function assessEdgeMtls(topology: Topology, question: MtlsQuestion): EdgeMtls {
  const index = indexTopology(topology);
  const remembered = configuredOf(index, question);
  const { configured } = remembered;
  const observed = observeMtls(index, question);
  const isIdle = isIdleEdge(question);
  const verdict = verdictOf(configured, observed.observedRatio, isIdle);
  const { server, client } = configured;
  const { clientIdentities = null, serverIdentities = null } = question;
  const foreign = foreignTexts(index, question);
  const reason = reasonOf(remembered, { question, configured, ...observed, verdict, isIdle });
  return {
    verdict,
    reason: foreign === null ? reason : `${reason} ${foreign}`,
    server,
    client,
    configured: configured.configured,
    ...observed,
    clientIdentities,
    serverIdentities,
  };
}

/** What each end proved to be is checked by the other, by the rules of its own mesh config. */
function foreignTexts(index: TopologyIndex, question: MtlsQuestion): string | null {
  const { source, destination, clientIdentities = null, serverIdentities = null } = question;
  if (index.topology.clusters === undefined) {
    return foreignText(index.topology.mesh, clientIdentities, serverIdentities);
  }
  const server = perspectiveOf(index, destination.cluster)?.topology.mesh;
  const client = perspectiveOf(index, source.cluster)?.topology.mesh;
  const texts = [
    server === undefined ? null : foreignText(server, clientIdentities, null),
    client === undefined ? null : foreignText(client, null, serverIdentities),
  ].filter((text) => text !== null);
  return texts.length === 0 ? null : texts.join(' ');
}

/** An answer of the configuration, remembered with the last reason that it was put into. */
interface Remembered {
  readonly configured: ConfiguredMtls;
  reasonKey: string;
  reason: string;
}

/** Reasons repeat from refresh to refresh: they are put into words again only when what they tell has changed. */
function reasonOf(remembered: Remembered, answer: MtlsAnswer): string {
  const { verdict, observedRatio, question, isIdle } = answer;
  const share = observedRatio === null ? '' : Math.round(observedRatio * 1_000);
  const basis = question.security?.inBytes === true ? 'b' : '';
  const key = `${verdict}${share}${basis}${isIdle ? '-' : '+'}`;
  if (remembered.reasonKey !== key) {
    remembered.reasonKey = key;
    remembered.reason = explainMtls(answer);
  }
  return remembered.reason;
}

const configuredMemo = perTopology(() => new Map<string, Remembered>());

function configuredOf(index: TopologyIndex, question: MtlsQuestion): Remembered {
  const memo = configuredMemo(index);
  const { source, destination, destinationService, destinationServiceName } = question;
  const flags = `${question.reporter === 'waypoint' ? 'w' : ''}${hasNamelessIdentity(question) ? 'n' : ''}${isCluster(destinationServiceName) ? destinationServiceName : ''}`;
  const key = `${peerKey(source)}>${peerKey(destination)}>${destinationService ?? ''}>${question.protocol}>${flags}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  const made = { configured: configure(index, question), reasonKey: '', reason: '' };
  if (memo.size >= MOST_ANSWERS) memo.clear();
  memo.set(key, made);
  return made;
}

function peerKey({ namespace, workload, cluster }: MtlsQuestion['source']): string {
  return `${namespace ?? ''}/${workload ?? ''}${clusterSuffix(cluster)}`;
}

/** Clusters of the client's proxy for hosts that the mesh does not know. */
function isCluster(name: string | null): name is 'PassthroughCluster' | 'BlackHoleCluster' {
  return name === 'PassthroughCluster' || name === 'BlackHoleCluster';
}

function configure(index: TopologyIndex, question: MtlsQuestion): ConfiguredMtls {
  const { source, destinationServiceName } = question;
  const destination = workloadOf(index, question.destination);
  const views: MtlsPerspectives = {
    client: perspectiveOf(index, source.cluster),
    server: perspectiveOf(index, question.destination.cluster),
  };
  if (isCluster(destinationServiceName)) {
    return unknownHost(views.server, destinationServiceName, destination, question.protocol);
  }
  const client =
    source.workload === null
      ? hasNamelessIdentity(question)
        ? null
        : 'unknown'
      : workloadOf(index, source);
  const answer = configuredMtls(views, {
    client,
    destination,
    host: question.destinationService,
    protocol: question.protocol,
  });
  return question.reporter === 'waypoint' && source.workload !== null
    ? throughWaypoint(views.server, question, destination, answer)
    : answer;
}

function workloadOf(
  index: TopologyIndex,
  { namespace, workload, cluster }: MtlsQuestion['destination'],
): Workload | null {
  return index.workload(namespace ?? '', workload ?? '', cluster);
}

/** The proxy sends on what it does not know as it came in: HTTP that it could read is plaintext, bytes may be anything. */
function unknownHost(
  index: TopologyIndex | null,
  cluster: 'PassthroughCluster' | 'BlackHoleCluster',
  destination: Workload | null,
  protocol: MtlsQuestion['protocol'],
): ConfiguredMtls {
  const answer = { server: null, client: null, configured: null };
  if (cluster === 'BlackHoleCluster') {
    const why = 'the host is not known to the mesh, and the proxy drops the traffic';
    return { ...answer, why };
  }
  if (destination !== null) {
    const at = 'PassthroughCluster: called by an address that no Service has';
    const client = { mode: 'plaintext', decidedBy: null, at } as const;
    const server = index === null ? null : effectiveServerMode(index, destination, null);
    if (server === null) return { server, client, configured: null, why: '' };
    return { server, client, ...decideOutcome('plaintext', server.mode, false) };
  }
  if (protocol === 'tcp') {
    const why = 'the host is not known to the mesh, and the proxy passes bytes on as they are';
    return { ...answer, why };
  }
  const why = 'the host is not known to the mesh, and the proxy passes the requests on unencrypted';
  return { ...answer, configured: 'plaintext', why };
}

/** The client tunnels to the waypoint, so that it is the waypoint's own PeerAuthentication that its calls meet. */
function throughWaypoint(
  index: TopologyIndex | null,
  question: MtlsQuestion,
  destination: Workload | null,
  answer: ConfiguredMtls,
): ConfiguredMtls {
  const { destinationService } = question;
  if (index === null) return answer;
  const service = destinationService === null ? null : index.serviceOfHost(destinationService);
  const waypoint = waypointOf(index, service, destination);
  const name = waypoint === null ? '' : ` ${waypoint.namespace}/${waypoint.name}`;
  const own = waypoint === null ? null : effectiveServerMode(index, waypoint, null);
  return {
    client: { mode: 'hbone', decidedBy: null, at: `through a waypoint${name}` },
    server: own === null ? answer.server : { ...own, at: `${own.at}, for the waypoint${name}` },
    configured: 'mtls',
    why: '',
  };
}

/** A client that metrics do not name (another cluster's, say) and that came with mutual TLS all the same: it has a proxy. */
function hasNamelessIdentity({ source, security }: MtlsQuestion): boolean {
  return source.workload === null && security !== null && security.mutualTls > 0;
}

function verdictOf(
  configured: ConfiguredMtls,
  observedRatio: number | null,
  isIdle: boolean,
): MtlsVerdict {
  if (configured.configured === 'broken') return 'broken';
  if (observedRatio !== null) {
    if (observedRatio >= ALL_RATIO) return 'encrypted';
    if (observedRatio > 1 - ALL_RATIO) return 'partly';
    return configured.configured === 'tls' ? 'encrypted' : 'plaintext';
  }
  if (isIdle) return 'unknown';
  if (configured.configured === 'mtls' || configured.configured === 'tls') return 'encrypted';
  return configured.configured === 'plaintext' ? 'plaintext' : 'unknown';
}
