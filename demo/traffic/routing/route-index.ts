import { isExportedTo } from '@/demo/traffic/model/export-scope';
import type { MeshModel } from '@/demo/traffic/model/mesh-model';
import { compareHostPatterns, coversHost } from '@/demo/traffic/routing/host-name';
import type { RoutingProxy } from '@/demo/traffic/routing/match-request';
import { readGatewayRoutes } from '@/demo/traffic/routing/read-gateway-routes';
import { readVirtualServices } from '@/demo/traffic/routing/read-virtual-services';
import type { HttpRule, RouteMatch, RouteTable, TcpRule } from '@/demo/traffic/routing/route-table';

/** The rules that one proxy holds for one host and port; `null` when no object claims the host. */
export interface OwnedRules {
  readonly http: readonly HttpRule[];
  readonly tcp: readonly TcpRule[];
  readonly fromGatewayApi: boolean;
}

/** All routing objects, indexed by host for lookups by proxies. */
export class RouteIndex {
  private readonly exact = new Map<string, RouteTable[]>();
  private readonly wildcard: RouteTable[] = [];
  /** Oldest first. */
  readonly tables: readonly RouteTable[];

  constructor(model: MeshModel) {
    const { clusterDomain } = model.settings;
    const routes = [...model.httpRoutes, ...model.grpcRoutes, ...model.tcpRoutes];
    this.tables = [
      ...readVirtualServices(model.virtualServices, model.settings),
      ...readGatewayRoutes(routes, clusterDomain),
    ].sort(oldestTableFirst);
    for (const table of this.tables) this.add(table);
  }

  /**
   * What a sidecar uses for a host: candidates private to its namespace come first, then those exported to it by name,
   * then public ones; in each group the Gateway API routes of its own namespace, then by age. The first one owns the
   * host; only Gateway API routes of one namespace are merged. `imports` leaves out what a Sidecar keeps from the proxy.
   */
  forMesh(
    proxy: RoutingProxy,
    host: string,
    port: number,
    imports: (table: RouteTable) => boolean = () => true,
  ): OwnedRules | null {
    const visible = this.candidates(host, 'mesh')
      .filter((table) => isExportedTo(table.exportTo, proxy.namespace) && imports(table))
      .filter((table) => table.parentPort === null || table.parentPort === port);
    const ranked = [...visible].sort(
      (a, b) =>
        bestPattern(a, host, b) ||
        exportRank(a, proxy.namespace) - exportRank(b, proxy.namespace) ||
        consumerRank(a, proxy.namespace) - consumerRank(b, proxy.namespace),
    );
    const owner = ranked[0];
    if (owner === undefined) return null;
    if (!owner.fromGatewayApi) return rulesOf([owner], false);
    const merged = ranked.filter(
      (table) => table.fromGatewayApi && table.origin.namespace === owner.origin.namespace,
    );
    return rulesOf(merged, true);
  }

  /** What a gateway uses for a host: all bound tables, most specific host first, oldest first, catch-alls last. */
  forGateway(proxy: RoutingProxy, host: string): OwnedRules | null {
    const bound = [...(this.exact.get(host) ?? []), ...this.wildcard].filter(
      (table) =>
        table.gateways.some((name) => proxy.gateways.includes(name)) &&
        isExportedTo(table.exportTo, proxy.namespace) &&
        table.hosts.some((pattern) => coversHost(pattern, host)),
    );
    const best = [...bound].sort((a, b) => bestPattern(a, host, b))[0];
    if (best === undefined) return null;
    const sameHost = bound
      .filter((table) => bestPattern(table, host, best) === 0)
      .sort(oldestTableFirst);
    return rulesOf(sameHost, best.fromGatewayApi);
  }

  private add(table: RouteTable): void {
    for (const host of table.hosts) {
      if (host.startsWith('*')) {
        if (!this.wildcard.includes(table)) this.wildcard.push(table);
        continue;
      }
      const tables = this.exact.get(host);
      if (tables === undefined) this.exact.set(host, [table]);
      else tables.push(table);
    }
  }

  private candidates(host: string, gateway: string): RouteTable[] {
    const exact = this.exact.get(host) ?? [];
    const wildcard = this.wildcard.filter(
      (table) => !exact.includes(table) && table.hosts.some((pattern) => coversHost(pattern, host)),
    );
    return [...exact, ...wildcard].filter((table) => table.gateways.includes(gateway));
  }
}

function oldestTableFirst(a: RouteTable, b: RouteTable): number {
  const byName =
    `${a.origin.name}/${a.origin.namespace}` < `${b.origin.name}/${b.origin.namespace}`;
  return a.createdAtMs - b.createdAtMs || (byName ? -1 : 1);
}

function exportRank(table: RouteTable, namespace: string): number {
  if (table.exportTo.includes('*')) return 2;
  return table.origin.namespace === namespace && table.exportTo.length === 1 ? 0 : 1;
}

function consumerRank(table: RouteTable, namespace: string): number {
  return table.fromGatewayApi && table.origin.namespace === namespace ? 0 : 1;
}

/** Compares the best covering pattern of two tables for a host. */
function bestPattern(a: RouteTable, host: string, b: RouteTable): number {
  const best = (table: RouteTable): string =>
    table.hosts.filter((pattern) => coversHost(pattern, host)).sort(compareHostPatterns)[0] ?? '*';
  const [left, right] = [best(a), best(b)];
  return left === right ? 0 : compareHostPatterns(left, right);
}

function rulesOf(tables: readonly RouteTable[], fromGatewayApi: boolean): OwnedRules {
  const http = tables.flatMap((table) => table.http);
  const tcp = tables.flatMap((table) => table.tcp);
  if (fromGatewayApi) return { http: [...http].sort(mostSpecificFirst), tcp, fromGatewayApi };
  if (tables.length === 1) return { http, tcp, fromGatewayApi };
  const isCatchAll = (rule: HttpRule): boolean => rule.matches.length === 0;
  return {
    http: [...http.filter((rule) => !isCatchAll(rule)), ...http.filter(isCatchAll)],
    tcp,
    fromGatewayApi,
  };
}

/** Gateway API order: exact path, longer prefix, then method, number of headers, number of query parameters. */
function mostSpecificFirst(a: HttpRule, b: HttpRule): number {
  const [left, right] = [a.matches[0], b.matches[0]];
  const keys = [pathRank, pathLength, methodCount, headerCount, queryCount];
  for (const key of keys) {
    const difference = key(right) - key(left);
    if (difference !== 0) return difference;
  }
  return 0;
}

type Rank = (match: RouteMatch | undefined) => number;
const pathRank: Rank = (match) =>
  ({ exact: 3, prefix: 2, pathPrefix: 2, regex: 1, present: 0 })[match?.uri?.kind ?? 'present'];
const pathLength: Rank = (match) => match?.uri?.value.length ?? 0;
const methodCount: Rank = (match) => (match?.method == null ? 0 : 1);
const headerCount: Rank = (match) => match?.headers.length ?? 0;
const queryCount: Rank = (match) => match?.queryParams.length ?? 0;
