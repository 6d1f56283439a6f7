import { isSubset } from '@/demo/traffic/model/read-services';
import type { LabelMap } from '@/demo/traffic/model/mesh-model';
import type { RouteMatch, StringMatch } from '@/demo/traffic/routing/route-table';
import { matchesString } from '@/demo/traffic/routing/string-match';

/** A kind of request that routing treats alike. Header names are lower case. */
export interface RequestShape {
  /** As the client wrote it, without port. */
  readonly host: string;
  readonly port: number;
  readonly method: string;
  /** May carry a query string. */
  readonly path: string;
  readonly headers: LabelMap;
}

/** The proxy that routes: a sidecar (`gateways` is just `mesh`) or a gateway (the names bound to it). */
export interface RoutingProxy {
  readonly namespace: string;
  readonly labels: LabelMap;
  readonly gateways: readonly string[];
}

/** Whether any of the alternatives holds; none at all means "everything". */
export function matchesAny(
  matches: readonly RouteMatch[],
  request: RequestShape,
  proxy: RoutingProxy,
): boolean {
  return matches.length === 0 || matches.some((match) => matchesOne(match, request, proxy));
}

function matchesOne(match: RouteMatch, request: RequestShape, proxy: RoutingProxy): boolean {
  return matchesProxy(match, request, proxy) && matchesRequest(match, request);
}

/** With `gateways` on a match, Istio does not look at its source labels and namespace. */
function matchesProxy(match: RouteMatch, request: RequestShape, proxy: RoutingProxy): boolean {
  if (match.port !== null && match.port !== request.port) return false;
  if (match.gateways !== null) return match.gateways.some((name) => proxy.gateways.includes(name));
  if (match.sourceLabels !== null && !isSubset(match.sourceLabels, proxy.labels)) return false;
  return match.sourceNamespace === null || match.sourceNamespace === proxy.namespace;
}

function matchesRequest(match: RouteMatch, request: RequestShape): boolean {
  const [path = '', query = ''] = request.path.split('?');
  const parameters = new URLSearchParams(query);
  const header = (name: string): string | null => request.headers[name] ?? null;
  const holds = (test: StringMatch | null, actual: string, ignoreCase = false): boolean =>
    test === null || matchesString(test, actual, ignoreCase);
  return (
    holds(match.uri, path, match.ignoreUriCase) &&
    holds(match.method, request.method) &&
    holds(match.authority, request.host) &&
    match.headers.every(([name, test]) => matchesString(test, header(name))) &&
    !match.withoutHeaders.some(([name, test]) => matchesString(test, header(name))) &&
    match.queryParams.every(([name, test]) => matchesString(test, parameters.get(name)))
  );
}
