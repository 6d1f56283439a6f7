import type { DestinationWorkloads } from '@/mesh/topology/workloads-of-destination';
import type { RouteRule } from '@/mesh/splits/read-route-rules';
import type { RouteScope } from '@/mesh/splits/route-scope';
import type { ConfigObject } from '@/mesh/topology/object';

/** A rule of a route object with what the cluster has behind it. */
export interface PlacedRule {
  readonly id: string;
  readonly object: ConfigObject;
  readonly scope: RouteScope;
  readonly rule: RouteRule;
  readonly handleHost: string | null;
  /** Per destination, in the rule's order. */
  readonly targets: readonly DestinationWorkloads[];
}
