import { describeIstioMatches } from '@/mesh/splits/describe-matches';
import { gatewayName } from '@/mesh/splits/gateway-name';
import { readString, readStringMap, readStrings } from '@/mesh/read-json';
import type { JsonObject } from '@/mesh/json';

/** Which clients one alternative of a VirtualService rule's match speaks of; proxies decide this before any request. */
export interface ClientMatch {
  /** `mesh`, or gateways as `namespace/name`; empty: all that the route is bound to. */
  readonly gateways: readonly string[];
  /** `null`: any. */
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** `true`: it takes every request of these clients. */
  readonly isTotal: boolean;
}

/** A match that everybody fits with everything. */
export const ANY_CLIENT: ClientMatch = { gateways: [], namespace: null, labels: {}, isTotal: true };

/** Reads what the entries of `match` say of clients. Where an entry names gateways, Istio ignores its other source fields. */
export function readClientMatches(
  entries: readonly JsonObject[],
  namespace: string,
): readonly ClientMatch[] {
  if (entries.length === 0) return [ANY_CLIENT];
  return entries.map((entry) => {
    const { gateways: _, sourceLabels: __, sourceNamespace: ___, ...request } = entry;
    const isTotal = describeIstioMatches([request]).length === 0;
    const gateways = readStrings(entry, 'gateways').map((name) => gatewayName(name, namespace));
    if (gateways.length > 0) return { gateways, namespace: null, labels: {}, isTotal };
    return {
      gateways,
      namespace: readString(entry, 'sourceNamespace') || null,
      labels: readStringMap(entry, 'sourceLabels') ?? {},
      isTotal,
    };
  });
}
