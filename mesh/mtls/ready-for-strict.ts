import { decidingObjects } from '@/mesh/mtls/deciding-objects';
import { effectiveServerMode } from '@/mesh/mtls/effective-server-mode';
import { namespacePeerMode } from '@/mesh/mtls/peer-authentication';
import { formatWindow } from '@/mesh/format-window';
import type { MtlsFinding, MtlsFlow } from '@/mesh/mtls/mtls';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/**
 * Namespaces with PERMISSIVE workloads into which every call was observed, and every one was mutual TLS. One plaintext
 * call is enough to say nothing, however small its share: STRICT would refuse that one. So is one call of which no
 * report names a policy, and TLS that a client originates itself.
 */
export function readyForStrict(
  index: TopologyIndex,
  flows: readonly MtlsFlow[],
  isChosen: (namespace: string) => boolean,
  windowSeconds: number,
): readonly MtlsFinding[] {
  const byNamespace = new Map<string, MtlsFlow[]>();
  for (const flow of flows) {
    const { namespace } = flow.target;
    if (namespace === null || !isChosen(namespace)) continue;
    const known = byNamespace.get(namespace);
    if (known === undefined) byNamespace.set(namespace, [flow]);
    else known.push(flow);
  }
  return [...byNamespace].flatMap(([namespace, into]): readonly MtlsFinding[] => {
    const isPermissive = index
      .workloadsIn(namespace)
      .some((workload) => effectiveServerMode(index, workload, null)?.mode === 'PERMISSIVE');
    if (!isPermissive || !into.every(isWhollyMutual)) return [];
    return [
      {
        rule: 'ready-for-strict',
        severity: 'info',
        message: `Every call that was seen into ${namespace} in the last ${formatWindow(windowSeconds)} was mutual TLS, and it still accepts plaintext. Clients that did not call in that time are not seen: choose a window as long as your rarest job before making it STRICT.`,
        objects: decidingObjects([namespacePeerMode(index, namespace)]),
      },
    ];
  });
}

/** By its parts: beside one that was observed whole, what has no weight among rates would not show in their sum. */
function isWhollyMutual({ mtls, parts }: MtlsFlow): boolean {
  return mtls.verdict === 'encrypted' && parts.every(({ observedRatio }) => observedRatio === 1);
}
