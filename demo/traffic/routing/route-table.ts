import type { LabelMap } from '@/demo/traffic/model/mesh-model';

/** How one string of a request is compared. `pathPrefix` respects path segments (Gateway API), `prefix` does not. */
export interface StringMatch {
  readonly kind: 'exact' | 'prefix' | 'pathPrefix' | 'regex' | 'present';
  readonly value: string;
}

/** One `match` entry: all given parts must hold. The first four are settled per proxy, the rest per request. */
export interface RouteMatch {
  readonly port: number | null;
  readonly gateways: readonly string[] | null;
  readonly sourceLabels: LabelMap | null;
  readonly sourceNamespace: string | null;
  readonly uri: StringMatch | null;
  readonly ignoreUriCase: boolean;
  readonly method: StringMatch | null;
  readonly authority: StringMatch | null;
  /** Lower-case header names. */
  readonly headers: readonly (readonly [string, StringMatch])[];
  readonly withoutHeaders: readonly (readonly [string, StringMatch])[];
  readonly queryParams: readonly (readonly [string, StringMatch])[];
}

/** A weighted destination. `host` is fully qualified; `port` null means "the only port, else the port asked for". */
export interface RouteTarget {
  readonly host: string;
  readonly subset: string | null;
  readonly port: number | null;
  readonly weight: number;
}

/** An injected delay or abort; `ratio` 0..1. */
export interface RouteFault {
  readonly delay: { readonly ms: number; readonly ratio: number } | null;
  readonly abort: {
    readonly httpStatus: number | null;
    readonly grpcStatus: number | null;
    readonly ratio: number;
  } | null;
}

/** Retries on top of the first try. `on` holds the conditions of `retryOn` and plain status codes. */
export interface RouteRetries {
  readonly attempts: number;
  readonly perTryTimeoutMs: number | null;
  readonly on: ReadonlySet<string>;
}

/** What is done with a matched request: sent on, or answered by the proxy itself. */
export type RouteAction =
  | { readonly kind: 'forward'; readonly targets: readonly RouteTarget[] }
  | { readonly kind: 'respond'; readonly status: number };

/** One HTTP rule. `matches` are alternatives; none means "everything". */
export interface HttpRule {
  readonly matches: readonly RouteMatch[];
  /** A delegating rule's own alternatives, which must hold as well. */
  readonly rootMatches: readonly RouteMatch[];
  readonly action: RouteAction;
  readonly fault: RouteFault;
  readonly timeoutMs: number | null;
  /** `null`: Istio's default retries. */
  readonly retries: RouteRetries | null;
  readonly mirrors: readonly { readonly target: RouteTarget; readonly ratio: number }[];
}

/** One rule of a `tcp` or `tls` section, or of a TCPRoute. */
export interface TcpRule {
  readonly matches: readonly RouteMatch[];
  readonly targets: readonly RouteTarget[];
}

/** One routing object, whatever its kind, ready to be looked up. */
export interface RouteTable {
  readonly origin: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly createdAtMs: number;
  /** Fully qualified hosts or wildcards (`*`, `*.example.com`). */
  readonly hosts: readonly string[];
  /** `mesh`, `namespace/name` of an Istio Gateway, or `gateway-api:namespace/name`. */
  readonly gateways: readonly string[];
  /** Namespaces that see it; `*` is all of them. */
  readonly exportTo: readonly string[];
  /** Gateway API mesh route that is merged with its like; `VirtualService`s in the mesh are not merged. */
  readonly fromGatewayApi: boolean;
  /** Only for this Service port (Gateway API parentRef.port). */
  readonly parentPort: number | null;
  readonly http: readonly HttpRule[];
  readonly tcp: readonly TcpRule[];
}
