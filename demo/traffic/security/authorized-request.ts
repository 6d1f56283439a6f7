import type { LabelMap } from '@/demo/traffic/model/mesh-model';

/** A request as the server's proxy sees it. `principal` and `namespace` are `null` without mTLS. */
export interface AuthorizedRequest {
  /** `<trust domain>/ns/<namespace>/sa/<account>`, without `spiffe://`. */
  readonly principal: string | null;
  readonly namespace: string | null;
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: LabelMap;
  /** TCP: rules that name HTTP attributes never match in ALLOW and lose those attributes in DENY. */
  readonly isTcp: boolean;
}

/** How the server's proxy turns a request away. */
export interface Denial {
  readonly status: number;
  /** In the server's report; the client sees an answer like any other. */
  readonly flags: '-' | 'UAEX';
}
