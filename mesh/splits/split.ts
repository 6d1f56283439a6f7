import type { JsonPatchOperation } from '@/mesh/json';
import type { ObjectRef } from '@/mesh/topology/object';

/** A warning shown before a write. `blocks` means that Apply is refused until it is dealt with. */
export interface SplitWarning {
  readonly rule:
    | 'owned-by-flagger'
    | 'owned-by-argo-rollouts'
    | 'owned-by-argo-cd'
    | 'owned-by-flux'
    | 'owned-by-helm'
    | 'no-endpoints'
    | 'subset-not-defined'
    | 'service-not-found'
    | 'weights-not-100'
    | 'all-weights-zero'
    | 'shadowed-by-other-route'
    | 'exported-to-nobody';
  readonly message: string;
  readonly object: ObjectRef | null;
  readonly blocks: boolean;
}

/** One weighted destination of a rule. */
export interface SplitDestination {
  /** Position in the rule's list of destinations. */
  readonly index: number;
  /** Host as written in the object; for a Gateway API backendRef the Service's name. */
  readonly host: string;
  /** Fully qualified host. */
  readonly fqdn: string;
  readonly subset: string | null;
  readonly port: number | null;
  /** Short text to tell the destinations of a rule apart, e.g. `v2` or `reviews-v2`. */
  readonly label: string;
  /** Weight as written; `null` when the field is absent (Istio then counts 0, or 100 when alone; Gateway API counts 1). */
  readonly weight: number | null;
  /** Weight that counts after those defaults. */
  readonly effectiveWeight: number;
  /** Configured share, 0..1; `null` when the rule's total is zero. */
  readonly share: number | null;
  /** Keys of the workloads behind it: `namespace/name`, or `namespace/name@cluster` where several clusters are watched. */
  readonly workloads: readonly string[];
  /** Ready pods behind it; `null` when that cannot be told (selectorless Service, external host). */
  readonly readyPods: number | null;
  /** Observed requests (TCP: connections) per second; `null` when not observable. */
  readonly observedPerSecond: number | null;
  /**
   * Observed share, 0..1; `null` when not observable or the rule carried no traffic. Where it is there and
   * `observedPerSecond` is not, it is of this rule and others with the same weights together (see `agreementReason`).
   */
  readonly observedShare: number | null;
}

/** A mirror target of a rule. */
export interface SplitMirror {
  readonly host: string;
  readonly subset: string | null;
  /** 0..100; 100 when absent. */
  readonly percent: number;
}

/** One rule of a route object that sends traffic to two or more weighted destinations (or to one that could be joined). */
export interface TrafficSplit {
  /**
   * `Kind/namespace/name/rules-pointer`, e.g. `VirtualService/bookinfo/reviews/spec/http/0`; with `@cluster` at its end where
   * several clusters are watched.
   */
  readonly id: string;
  readonly object: ObjectRef;
  readonly apiVersion: string;
  readonly resourceVersion: string;
  /** JSON pointer of the rule inside the object, e.g. `/spec/http/0`. */
  readonly rulePointer: string;
  /** Position among the object's rules of the same protocol, and how many there are. */
  readonly ruleIndex: number;
  readonly ruleCount: number;
  readonly ruleName: string | null;
  /** The rule's name and matches as JSON text with sorted keys: what tells it from other rules at any position. */
  readonly ruleText: string;
  readonly protocol: 'http' | 'grpc' | 'tls' | 'tcp';
  /** Human summaries of the rule's matches, e.g. `header end-user = jason`; empty means that it takes everything left. */
  readonly matches: readonly string[];
  /** Hosts (FQDN) that the route claims. */
  readonly hosts: readonly string[];
  /** `mesh`, or gateways as `namespace/name`. For a Service parent: `mesh`. */
  readonly parents: readonly string[];
  /**
   * Service node of the graph on which the handle is drawn, as a host (FQDN): the first claimed host that is a Service
   * or ServiceEntry; for routes that only claim a gateway's hosts, the Service in front of all destinations. `null` when
   * none of these is a Service.
   */
  readonly handleHost: string | null;
  readonly destinations: readonly SplitDestination[];
  readonly mirrors: readonly SplitMirror[];
  /** Weights need not total 100 in either API; this is their sum. */
  readonly totalWeight: number;
  /** `agrees` within sampling error, `differs`, or `unknown` (see `agreementReason`). */
  readonly agreement: 'agrees' | 'differs' | 'unknown';
  readonly agreementReason: string;
  readonly warnings: readonly SplitWarning[];
}

/** A wanted change of one rule's weights, guarded by what the user saw. */
export interface WeightChange {
  readonly object: ObjectRef;
  readonly apiVersion: string;
  /** The rule as JSON pointer. */
  readonly rulePointer: string;
  /** The `ruleText` of the split that the user saw; another rule that moved to this place is not changed. */
  readonly ruleText: string;
  /** What the user saw, destination by destination: identity and weight as written (`null` absent). */
  readonly seen: readonly {
    readonly host: string;
    readonly subset: string | null;
    readonly port: number | null;
    readonly weight: number | null;
  }[];
  /** Wanted weights in the same order; `null` removes the field (needed to undo an addition). Whole numbers, not negative. */
  readonly wanted: readonly (number | null)[];
  /**
   * `true`: whoever wants this knows that the weights total zero, so that every request fails. An undo says so where
   * they did before.
   */
  readonly confirmsZero?: boolean | undefined;
}

/** A change worked out: the patch to send, and the change that takes it back. */
export interface WeightPlan {
  readonly patch: readonly JsonPatchOperation[];
  readonly undo: WeightChange;
}
