import {
  peerSelector,
  scopeCandidates,
  workloadPeerAuthentication,
} from '@/mesh/mtls/peer-authentication';
import { refOf } from '@/mesh/topology/object';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import type { ConfigObject } from '@/mesh/topology/object';
import type { MtlsFinding } from '@/mesh/mtls/mtls';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** PeerAuthentications that count for nothing, because older ones of the same scope do. */
export function duplicateFindings(
  index: TopologyIndex,
  objects: readonly ConfigObject[],
): readonly MtlsFinding[] {
  const namespaces = [...new Set(objects.map(({ meta }) => meta.namespace))];
  return [
    ...namespaces.flatMap((namespace) => wholeScope(index, namespace)),
    ...objects.flatMap((object) => sameWorkloads(index, object)),
  ];
}

function wholeScope(index: TopologyIndex, namespace: string): readonly MtlsFinding[] {
  const [winner, ...losers] = scopeCandidates(index, namespace);
  if (winner === undefined || losers.length === 0) return [];
  const names = losers.map(({ meta }) => meta.name).join(', ');
  return [
    {
      rule: 'duplicate-scope',
      severity: 'warning',
      message: `PeerAuthentication ${names} in ${namespace} counts for nothing: ${winner.meta.name} is older and speaks for the same scope.`,
      objects: [winner, ...losers].map(refOf),
    },
  ];
}

/** An object that selects workloads, all of which an older one selects too. */
function sameWorkloads(index: TopologyIndex, object: ConfigObject): readonly MtlsFinding[] {
  const { namespace, name } = object.meta;
  const selector = peerSelector(object);
  if (selector === null || namespace === index.topology.mesh.rootNamespace) return [];
  const winners = index
    .workloadsIn(namespace)
    .filter(({ labels }) => selectorMatches(selector, labels))
    .flatMap((workload) => workloadPeerAuthentication(index, workload) ?? []);
  if (winners.length === 0 || winners.includes(object)) return [];
  const shadowing = [...new Set(winners)];
  const names = shadowing.map(({ meta }) => meta.name).join(', ');
  return [
    {
      rule: 'duplicate-scope',
      severity: 'warning',
      message: `PeerAuthentication ${name} in ${namespace} counts for nothing: ${names} ${shadowing.length > 1 ? 'are' : 'is'} older and ${shadowing.length > 1 ? 'select' : 'selects'} the same workloads.`,
      objects: [...shadowing, object].map(refOf),
    },
  ];
}
