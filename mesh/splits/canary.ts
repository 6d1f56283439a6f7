import type { JsonObject, JsonPatchOperation } from '@/mesh/json';
import type { ObjectRef } from '@/mesh/topology/object';

/** In which API a canary's route is written. */
export type CanaryApi = 'VirtualService' | 'HTTPRoute' | 'GRPCRoute';

/** One version of a service, told apart by the value of {@link CanaryCandidate.labelKey} on its pods. */
export interface CanaryVersion {
  readonly version: string;
  /** Workloads (`namespace/name`) of this version behind the service. */
  readonly workloads: readonly string[];
  readonly readyPods: number;
  /** DestinationRule subset that a VirtualService would name. */
  readonly subset: string;
  /** `false`: the subset would be added. */
  readonly hasSubset: boolean;
  /** Service that a Gateway API route would name. */
  readonly service: string;
  /** Port of that Service; `null` where no port suits a Gateway API route. */
  readonly servicePort: number | null;
  /** `false`: the Service would be created. */
  readonly hasService: boolean;
}

/** Whether a canary can be started in one API. `name` is that of the route to be created. */
export interface CanaryApiOption {
  readonly api: CanaryApi;
  readonly name: string;
  /** Why not, in a sentence; `null` when it can. */
  readonly unavailable: string | null;
}

/** A service with two or more versions and no route in the mesh. */
export interface CanaryCandidate {
  /** `namespace/name` of the Service. */
  readonly id: string;
  readonly namespace: string;
  readonly service: string;
  /** Fully qualified. */
  readonly host: string;
  /** Pod label that tells the versions apart, e.g. `version`. */
  readonly labelKey: string;
  /** In natural order: v2 before v10. */
  readonly versions: readonly CanaryVersion[];
  /** Workloads (`namespace/name`) behind the service without that label: a split would leave them without requests. */
  readonly unversioned: readonly string[];
  /** The DestinationRule whose subsets would be added to; `null`: one would be created where subsets are needed. */
  readonly destinationRule: ObjectRef | null;
  /** Every API that the cluster serves. */
  readonly apis: readonly CanaryApiOption[];
}

/** The wish to start a canary. Weights are whole and not negative, one for each version of the candidate. */
export interface CanaryStart {
  readonly namespace: string;
  readonly service: string;
  readonly api: CanaryApi;
  readonly weights: readonly { readonly version: string; readonly weight: number }[];
}

/** A subset at its place in `spec.subsets`. */
export interface PlacedSubset {
  readonly position: number;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Creates an object that is not there. */
export interface CanaryCreation {
  readonly action: 'create';
  readonly object: ObjectRef;
  readonly apiVersion: string;
  readonly manifest: JsonObject;
}

/** Adds subsets to a DestinationRule and changes nothing else of it. */
export interface SubsetAddition {
  readonly action: 'add-subsets';
  readonly object: ObjectRef;
  readonly apiVersion: string;
  readonly patch: readonly JsonPatchOperation[];
  readonly added: readonly PlacedSubset[];
  /** `true`: the rule had no list of subsets before. */
  readonly isNewList: boolean;
}

/** One write of a canary's start. */
export type CanaryStep = CanaryCreation | SubsetAddition;

/** What to say before a canary is started. `blocks`: Apply is refused until it is dealt with. */
export interface CanaryWarning {
  readonly rule:
    | 'owned-by-flagger'
    | 'owned-by-delivery-tool'
    | 'no-endpoints'
    | 'unversioned-workloads'
    | 'routed-past'
    | 'other-destination-rule'
    | 'policy-copied'
    | 'port-not-split'
    | 'needs-waypoint';
  readonly message: string;
  readonly object: ObjectRef | null;
  readonly blocks: boolean;
}

/** The writes of a start in safe order: what the route names comes before the route. */
export interface CanaryPlan {
  readonly steps: readonly CanaryStep[];
  readonly warnings: readonly CanaryWarning[];
}

/** Why a canary cannot be started as wished. */
export interface CanaryFault {
  readonly kind: 'no-candidate' | 'api-unavailable' | 'invalid-weights';
  readonly message: string;
}

/** Takes one write of a start back: deletes exactly the object that was created, or removes exactly what was added. */
export type CanaryUndoStep =
  | {
      readonly action: 'delete';
      readonly object: ObjectRef;
      readonly apiVersion: string;
      readonly uid: string;
      readonly resourceVersion: string;
      /**
       * `metadata.generation`, which grows with every change of the spec but not of the status: controllers write the
       * status of a route as soon as it is there. `null` for kinds without one, such as Service.
       */
      readonly generation: number | null;
    }
  | {
      readonly action: 'remove-subsets';
      readonly object: ObjectRef;
      readonly apiVersion: string;
      readonly added: readonly PlacedSubset[];
      readonly isNewList: boolean;
    };

/** What takes a started canary back, in safe order: the route goes first. */
export interface CanaryUndo {
  readonly steps: readonly CanaryUndoStep[];
}
