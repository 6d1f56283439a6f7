import { isGatewayRoute } from '@/mesh/splits/read-route-rules';
import { byAge } from '@/mesh/topology/topology-index';
import type { PlacedRule } from '@/mesh/splits/placed-rule';

/** The reason for a route that `exportTo` hides from every client. */
export const EXPORTED_TO_NOBODY = 'It is exported to no namespace (exportTo), so nobody uses it.';

/**
 * Rules that no request can reach, by rule id, with the reason in words:
 * - a rule that is exported to nobody;
 * - a rule behind a catch-all of the same protocol in its VirtualService;
 * - a `mesh` route whose host an older object claims already (sidecars never merge VirtualServices, and the older of
 *   a VirtualService and an HTTPRoute wins), unless either is limited to clients that the other does not have;
 * - a Gateway API catch-all for a Service that an older route has a catch-all for.
 */
export function findShadows(placed: readonly PlacedRule[]): ReadonlyMap<string, string> {
  const shadows = new Map<string, string>();
  for (const { id, scope } of placed) {
    if (scope.clientNamespaces?.length === 0) shadows.set(id, EXPORTED_TO_NOBODY);
  }
  markAfterCatchAll(placed, shadows);
  markOlderOwner(placed, shadows);
  return shadows;
}

function markAfterCatchAll(placed: readonly PlacedRule[], shadows: Map<string, string>): void {
  const catchAlls = new Map<string, PlacedRule>();
  for (const rule of placed) {
    if (isGatewayRoute(rule.object)) continue;
    const { namespace, name } = rule.object.meta;
    const key = `${namespace}/${name}/${rule.rule.protocol}`;
    const before = catchAlls.get(key);
    if (before !== undefined) {
      const which = before.rule.name ?? `number ${before.rule.index + 1}`;
      shadows.set(rule.id, `Rule ${which} before it takes every request.`);
    } else if (rule.rule.matches.length === 0) catchAlls.set(key, rule);
  }
}

function markOlderOwner(placed: readonly PlacedRule[], shadows: Map<string, string>): void {
  const claims = new Map<string, PlacedRule[]>();
  for (const rule of placed) {
    if (!rule.scope.parents.includes('mesh')) continue;
    for (const host of rule.scope.hosts) {
      const family = rule.rule.protocol === 'grpc' ? 'http' : rule.rule.protocol;
      const key = `${host}/${family}`;
      const list = claims.get(key);
      if (list === undefined) claims.set(key, [rule]);
      else list.push(rule);
    }
  }
  for (const rules of claims.values()) {
    for (const rule of rules) {
      if (shadows.has(rule.id) || rule.scope.parents.some((parent) => parent !== 'mesh')) continue;
      const owner = rules.find((other) => isOwner(other, rule));
      if (owner === undefined) continue;
      const { kind, meta } = owner.object;
      shadows.set(
        rule.id,
        `${kind} ${meta.namespace}/${meta.name} is older and claims the same host, so this route is not used.`,
      );
    }
  }
}

/** True when `other` wins over `rule` for every client that `rule` has. */
function isOwner(other: PlacedRule, rule: PlacedRule): boolean {
  if (other.object === rule.object) return false;
  const areBothGateway = isGatewayRoute(other.object) && isGatewayRoute(rule.object);
  if (areBothGateway && (other.rule.matches.length > 0 || rule.rule.matches.length > 0))
    return false;
  const isOlder = byAge(other.object, rule.object) <= 0;
  const { clientNamespaces } = rule.scope;
  if (clientNamespaces === null) return other.scope.clientNamespaces === null && isOlder;
  return clientNamespaces.every((namespace) => {
    const difference = rank(other, namespace) - rank(rule, namespace);
    return difference === 0 ? isOlder : difference < 0;
  });
}

/** In which turn a client asks a route: those private to its namespace, those exported to it by name, public ones. */
function rank({ object, scope }: PlacedRule, client: string): number {
  if (scope.clientNamespaces === null) return 2;
  if (!scope.clientNamespaces.includes(client)) return 3;
  return object.meta.namespace === client ? 0 : 1;
}
