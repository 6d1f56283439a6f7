import { parseNodeId } from '@/mesh/graph/node-id';
import { foreignTrustDomains, parseSpiffe } from '@/mesh/mtls/trust-domain';
import { mergeIdentities } from '@/mesh/telemetry/collect-identities';
import type { MtlsEdge, MtlsFinding } from '@/mesh/mtls/mtls';
import type { MeshConfig, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** What the certificates of observed traffic tell: trust domains that are not this mesh's, and workloads of many names. */
export function identityFindings(
  index: TopologyIndex,
  flows: readonly MtlsEdge[],
): readonly MtlsFinding[] {
  return [...foreignDomains(index.topology.mesh, flows), ...severalIdentities(index, flows)];
}

/** One finding for each trust domain, however many flows show it. */
function foreignDomains(mesh: MeshConfig, flows: readonly MtlsEdge[]): readonly MtlsFinding[] {
  const byDomain = new Map<string, MtlsEdge[]>();
  for (const flow of flows) {
    const { clientIdentities, serverIdentities } = flow.mtls;
    const domains = new Set([
      ...foreignTrustDomains(mesh, clientIdentities),
      ...foreignTrustDomains(mesh, serverIdentities),
    ]);
    for (const domain of domains) byDomain.set(domain, [...(byDomain.get(domain) ?? []), flow]);
  }
  const unless =
    mesh.skipsTrustDomainCheck === null
      ? ', unless istiod has PILOT_SKIP_VALIDATE_TRUST_DOMAIN, which could not be read'
      : '';
  return [...byDomain].map(([domain, [first, ...more]]) => {
    const others = more.length > 0 ? ` (and ${more.length} more)` : '';
    return {
      rule: 'foreign-trust-domain',
      severity: 'warning',
      message: `${first?.source.label ?? ''} to ${first?.target.label ?? ''}${others}: a certificate of trust domain ${domain} was accepted, which is neither the mesh’s (${mesh.trustDomain}) nor among its trustDomainAliases. Proxies that have the present configuration refuse it${unless}.`,
      objects: [],
    };
  });
}

/** Workloads whose certificates name several service accounts, at either end of any flow. */
function severalIdentities(
  index: TopologyIndex,
  flows: readonly MtlsEdge[],
): readonly MtlsFinding[] {
  const seen = new Map<string, (readonly string[] | null)[]>();
  const note = (end: MtlsEdge['source'], identities: readonly string[] | null) => {
    if (identities === null || identities.length === 0) return;
    const known = seen.get(end.id);
    if (known === undefined) seen.set(end.id, [identities]);
    else known.push(identities);
  };
  for (const { source, target, mtls } of flows) {
    note(source, mtls.clientIdentities);
    note(target, mtls.serverIdentities);
  }
  return [...seen].flatMap(([id, lists]): readonly MtlsFinding[] => {
    // Many clients without a name are many, not one of many names.
    const workload = workloadOfNode(index, id);
    const identities = mergeIdentities(lists) ?? [];
    if (workload === null || identities.length < 2) return [];
    const { namespace, name } = workload;
    return [
      {
        rule: 'several-identities',
        severity: 'info',
        message: `${namespace}/${name} appears under ${identities.length} identities: ${identities.map((one) => withOwn(one, workload)).join(', ')}. A rule that names one of them takes only part of its traffic.`,
        objects: [],
      },
    ];
  });
}

function workloadOfNode(index: TopologyIndex, id: string): Workload | null {
  const parts = parseNodeId(id);
  return parts?.kind === 'workload'
    ? index.workload(parts.namespace, parts.name, parts.cluster)
    : null;
}

function withOwn(principal: string, { namespace, serviceAccount }: Workload): string {
  const spiffe = parseSpiffe(principal);
  const isOwn = spiffe?.namespace === namespace && spiffe.serviceAccount === serviceAccount;
  return isOwn ? `${principal} (the service account of its pods now)` : principal;
}
