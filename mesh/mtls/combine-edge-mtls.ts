import { combineVerdicts } from '@/mesh/mtls/combine-verdicts';
import { mergeIdentities } from '@/mesh/telemetry/collect-identities';
import { sameDecision } from '@/mesh/mtls/same-decision';
import type { EdgeMtls, MtlsVerdict } from '@/mesh/mtls/mtls';

/** Whose reason is told for several. */
const RANK = {
  broken: 4,
  plaintext: 3,
  partly: 2,
  unknown: 1,
  encrypted: 0,
} as const satisfies Record<MtlsVerdict, number>;

/**
 * One assessment for several edges that are drawn as one, its verdict by {@link combineVerdicts}. Modes stay where
 * all agree, observed shares are weighted by rate, identities are all that were seen, and the reason is that of the worst
 * part. `null` for none.
 */
export function combineEdgeMtls(parts: readonly EdgeMtls[]): EdgeMtls | null {
  const [first] = parts;
  if (first === undefined) return null;
  if (parts.every((part) => part === first)) return first;
  const worst = parts.reduce((a, b) => (RANK[b.verdict] > RANK[a.verdict] ? b : a));
  const verdict = combineVerdicts(parts.map((part) => part.verdict));
  const alike = parts.filter((part) => part.verdict === worst.verdict).length;
  return {
    verdict,
    reason:
      alike === parts.length ? worst.reason : `${alike} of ${parts.length} flows: ${worst.reason}`,
    server: sameDecision(parts.map(({ server }) => server)),
    client: sameDecision(parts.map(({ client }) => client)),
    configured: parts.every(({ configured }) => configured === first.configured)
      ? first.configured
      : null,
    ...combineObserved(parts),
    clientIdentities: mergeIdentities(parts.map(({ clientIdentities }) => clientIdentities)),
    serverIdentities: mergeIdentities(parts.map(({ serverIdentities }) => serverIdentities)),
  };
}

/**
 * Observed shares weighted by rate; `null` when no part was observed. Parts without a rate (long-lived connections, told
 * by their bytes) count only where no part has one, and then alike: bytes and requests have no common weight.
 */
export function combineObserved(
  parts: readonly Pick<EdgeMtls, 'observedRatio' | 'observedPerSecond'>[],
): Pick<EdgeMtls, 'observedRatio' | 'observedPerSecond'> {
  let mutual = 0;
  let total = 0;
  let ratios = 0;
  let counted = 0;
  for (const { observedRatio, observedPerSecond } of parts) {
    if (observedRatio === null || observedPerSecond === null) continue;
    mutual += observedRatio * observedPerSecond;
    total += observedPerSecond;
    ratios += observedRatio;
    counted += 1;
  }
  if (total > 0) return { observedRatio: mutual / total, observedPerSecond: total };
  return counted > 0
    ? { observedRatio: ratios / counted, observedPerSecond: 0 }
    : { observedRatio: null, observedPerSecond: null };
}
