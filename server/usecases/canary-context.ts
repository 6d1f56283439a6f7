import type { WriteContext } from '@/server/usecases/apply-split';

/** Under which conditions a canary is started or taken back. */
export interface CanaryContext extends WriteContext {
  /**
   * Pause between a route and what it names (subsets, Services), for the proxies to learn of the first before the second
   * is written. From 0; Istio does not tell by default when its proxies have a configuration.
   */
  readonly propagationPauseSeconds: number;
}

/** Kinds whose objects send requests to subsets or Services that they name. */
const ROUTE_KINDS = ['VirtualService', 'HTTPRoute', 'GRPCRoute'];

/** Whether objects of a kind are routes. */
export function isRouteKind(kind: string): boolean {
  return ROUTE_KINDS.includes(kind);
}
