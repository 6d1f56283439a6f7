import type { Topology } from '@/mesh/topology/topology';

/** What tells who configures the proxies of a cluster. */
export interface PrimaryEvidence {
  readonly name: string;
  /** `null` when it could not be seen whole. */
  readonly hasIstiod: boolean | null;
  /** `null` while it was never read. */
  readonly topology: Topology | null;
}

/**
 * The cluster whose istiod configures each: its own for one that has an istiod; for the others the one that the annotation of
 * their Istio namespace names, else the only primary there is. `null` where that leaves none or several, and while a
 * cluster that may be one could not be looked at.
 */
export function findPrimaries(
  clusters: readonly PrimaryEvidence[],
  istioNamespace: string,
): readonly (string | null)[] {
  const primaries = clusters.filter(({ hasIstiod }) => hasIstiod === true).map(({ name }) => name);
  const areAllKnown = clusters.every(({ hasIstiod }) => hasIstiod !== null);
  return clusters.map(({ name, hasIstiod, topology }) => {
    if (hasIstiod === true) return name;
    if (hasIstiod === null) return null;
    const named = topology?.namespaces.get(istioNamespace)?.controlPlaneClusters ?? [];
    const isAny = named.length === 0 || named.includes('*');
    const fitting = primaries.filter((primary) => isAny || named.includes(primary));
    const isSettled = isAny ? areAllKnown : named.length === 1;
    const [only, ...others] = fitting;
    return only !== undefined && others.length === 0 && isSettled ? only : null;
  });
}
