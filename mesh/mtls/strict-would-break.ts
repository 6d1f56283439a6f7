import { decideOutcome } from '@/mesh/mtls/decide-outcome';
import { decidingObjects } from '@/mesh/mtls/deciding-objects';
import { refKey } from '@/mesh/topology/object';
import type { EdgeMtls, MtlsFinding, MtlsFlow } from '@/mesh/mtls/mtls';

/** How the calls come that a STRICT server would refuse. */
type Manner = 'plaintext' | 'partly' | 'tls';

const WORDS = {
  plaintext: { rule: 'plaintext-client', how: 'in plaintext' },
  partly: { rule: 'plaintext-client', how: 'partly in plaintext' },
  tls: { rule: 'tls-without-certificate', how: 'with TLS that has no certificate of the mesh' },
} as const satisfies Record<Manner, unknown>;

/**
 * Traffic to PERMISSIVE servers that would break if they went STRICT, whatever the client: none in the mesh, a sidecar
 * that a DestinationRule or the inferred mode keeps from mutual TLS, or one that originates TLS of its own. One finding
 * for what goes to one server alike and for the same reason.
 */
export function strictWouldBreak(flows: readonly MtlsFlow[]): readonly MtlsFinding[] {
  const groups = new Map<
    string,
    { flow: MtlsFlow; part: EdgeMtls; manner: Manner; more: number }
  >();
  for (const flow of flows) {
    for (const [key, broken] of brokenParts(flow)) {
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { flow, ...broken, more: 0 });
      else known.more += 1;
    }
  }
  return [...groups.values()].map(({ flow, part, manner, more }) => {
    const { rule, how } = WORDS[manner];
    const others = more > 0 ? ` (and ${more} more)` : '';
    return {
      rule,
      severity: 'warning',
      message: `${flow.source.label}${others} calls ${flow.target.label} ${how}; making it STRICT would break these calls.`,
      objects: decidingObjects([part.client, part.server]),
    };
  });
}

/** The parts of a flow that would break, one for each group that they are told in. */
function brokenParts(flow: MtlsFlow): ReadonlyMap<string, { part: EdgeMtls; manner: Manner }> {
  const found = new Map<string, { part: EdgeMtls; manner: Manner }>();
  for (const part of flow.parts) {
    const manner = mannerOf(part);
    if (manner === null) continue;
    const decider = part.client?.decidedBy ?? null;
    const key = [manner, flow.target.id, decider === null ? '' : refKey(decider)].join(' ');
    found.set(key, { part, manner });
  }
  return found;
}

/** `null` when STRICT would not break the traffic, when there is none, or when the server is not PERMISSIVE. */
function mannerOf({ verdict, client, server, observedRatio }: EdgeMtls): Manner | null {
  if (server?.mode !== 'PERMISSIVE' || verdict === 'unknown' || verdict === 'broken') return null;
  if (client?.mode === 'SIMPLE' || client?.mode === 'MUTUAL') {
    return decideOutcome(client.mode, 'STRICT', true).configured === 'broken' ? 'tls' : null;
  }
  if (observedRatio === null) return verdict === 'plaintext' ? verdict : null;
  // Calls that were seen in plaintext would be refused, however few, and also where they should have been mutual TLS.
  if (observedRatio === 1) return null;
  return observedRatio === 0 ? 'plaintext' : 'partly';
}
