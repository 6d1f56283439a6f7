import { duplicateFindings } from '@/mesh/mtls/duplicate-findings';
import { decidingObjects } from '@/mesh/mtls/deciding-objects';
import { identityFindings } from '@/mesh/mtls/identity-findings';
import { readyForStrict } from '@/mesh/mtls/ready-for-strict';
import { strictWouldBreak } from '@/mesh/mtls/strict-would-break';
import { serverFirstFindings } from '@/mesh/mtls/server-first-findings';
import {
  namespacePeerMode,
  peerModeOf,
  peerSelector,
  portModes,
} from '@/mesh/mtls/peer-authentication';
import { readString } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import type { ConfigObject } from '@/mesh/topology/object';
import type { MtlsEdge, MtlsFinding, MtlsFlow } from '@/mesh/mtls/mtls';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const KIND = 'security.istio.io/PeerAuthentication';

/**
 * What deserves attention in the mTLS configuration and the traffic under it, worst first. `isChosen` limits it to
 * namespaces; objects of the root namespace are always looked at. `windowSeconds` is that of the traffic, `null` when
 * that is not known in whole, so that nothing is said to be so of all of it.
 */
export function mtlsFindings(
  index: TopologyIndex,
  flows: readonly MtlsFlow[],
  isChosen: (namespace: string) => boolean,
  windowSeconds: number | null,
): readonly MtlsFinding[] {
  const { rootNamespace } = index.topology.mesh;
  const objects = index
    .config(KIND)
    .filter(({ meta }) => meta.namespace === rootNamespace || isChosen(meta.namespace));
  const findings = [
    ...brokenFlows(flows),
    ...strictWouldBreak(flows),
    ...objects.flatMap((object) => objectFindings(index, object)),
    ...duplicateFindings(index, objects),
    ...serverFirstFindings(index, isChosen),
    ...identityFindings(index, flows),
    ...(windowSeconds === null ? [] : readyForStrict(index, flows, isChosen, windowSeconds)),
  ];
  return sortFindings(findings);
}

/** Worst first; of one severity in the order that they have. */
export function sortFindings(findings: readonly MtlsFinding[]): readonly MtlsFinding[] {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

/** One finding for each pair of deciding objects, however many flows they break. */
function brokenFlows(flows: readonly MtlsEdge[]): readonly MtlsFinding[] {
  const groups = new Map<string, { flow: MtlsEdge; count: number }>();
  for (const flow of flows) {
    if (flow.mtls.verdict !== 'broken') continue;
    const key = JSON.stringify([
      flow.mtls.client?.decidedBy,
      flow.mtls.server?.decidedBy,
      flow.target.id,
    ]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { flow, count: 1 });
    else known.count += 1;
  }
  return [...groups.values()].map(({ flow, count }) => {
    const more = count > 1 ? ` (and ${count - 1} more)` : '';
    return {
      rule: brokenRule(flow),
      severity: 'error',
      message: `${flow.source.label}${more} cannot call ${flow.target.label}. ${flow.mtls.reason}`,
      objects: decidingObjects([flow.mtls.client, flow.mtls.server]),
    };
  });
}

const PLAINTEXT_MODES: ReadonlySet<string> = new Set(['none', 'plaintext', 'DISABLE']);

function brokenRule({ mtls }: MtlsEdge): string {
  // Plaintext is what PERMISSIVE is for, except where the server has to speak first.
  if (mtls.server?.mode === 'PERMISSIVE' && PLAINTEXT_MODES.has(mtls.client?.mode ?? '')) {
    return 'plaintext-to-server-first';
  }
  if (mtls.client?.mode === 'ISTIO_MUTUAL') return 'mutual-tls-to-no-proxy';
  if (mtls.client?.mode === 'DISABLE') return 'tls-disabled-to-strict';
  return mtls.client?.mode === 'none' ? 'plaintext-client-to-strict' : 'client-cannot-meet-strict';
}

function objectFindings(index: TopologyIndex, object: ConfigObject): readonly MtlsFinding[] {
  const { namespace, name } = object.meta;
  const selector = peerSelector(object);
  if (selector === null) return [];
  const ref = refOf(object);
  if (namespace === index.topology.mesh.rootNamespace) {
    const message = `PeerAuthentication ${namespace}/${name} has a selector in the root namespace, where Istio ignores it.`;
    return [{ rule: 'selector-in-root-namespace', severity: 'warning', message, objects: [ref] }];
  }
  const findings: MtlsFinding[] = [];
  const parent = namespacePeerMode(index, namespace);
  if (
    parent.mode === 'DISABLE' &&
    peerModeOf(readString(object.spec, 'mtls', 'mode')) === 'STRICT'
  ) {
    findings.push({
      rule: 'strict-workload-in-disabled-namespace',
      severity: 'error',
      message: `PeerAuthentication ${namespace}/${name} is STRICT under a DISABLE namespace: clients turn auto mTLS off for the service and send plaintext, which is refused.`,
      objects: [ref, ...decidingObjects([parent])],
    });
  }
  const ports = misnumberedPorts(index, object, selector);
  if (ports.length > 0) {
    const list = ports.join(', ');
    const message = `PeerAuthentication ${namespace}/${name} sets port ${list}, which is a Service's port and not one of its pods: port entries count by the container's port.`;
    findings.push({ rule: 'port-of-service', severity: 'warning', message, objects: [ref] });
  }
  return findings;
}

/** Ports that no selected workload listens on, while a Service in front of one has them under another number. */
function misnumberedPorts(
  index: TopologyIndex,
  object: ConfigObject,
  selector: Readonly<Record<string, string>>,
): readonly number[] {
  const workloads = index
    .workloadsIn(object.meta.namespace)
    .filter(({ labels }) => selectorMatches(selector, labels));
  const services = workloads.flatMap((workload) => index.servicesOf(workload));
  const targets = new Set<number>();
  for (const { ports } of workloads) for (const { port } of ports) targets.add(port);
  for (const { ports } of services) {
    for (const { targetPort } of ports) if (typeof targetPort === 'number') targets.add(targetPort);
  }
  return [...portModes(object).keys()].filter(
    (port) =>
      !targets.has(port) && services.some(({ ports }) => ports.some((own) => own.port === port)),
  );
}
