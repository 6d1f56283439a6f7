/** A destination as it stands in the object now. */
export interface CurrentDestination {
  readonly host: string;
  readonly subset: string | null;
  readonly port: number | null;
  /** `null`: the field is absent. */
  readonly weight: number | null;
}

/** Why a weight change cannot be made. `current` is what stands there now, for the user to look at. */
export type WeightFault =
  | {
      readonly kind: 'rule-gone';
      readonly message: string;
      readonly current: readonly CurrentDestination[];
    }
  | {
      readonly kind: 'destinations-differ';
      readonly message: string;
      readonly current: readonly CurrentDestination[];
    }
  | {
      readonly kind: 'weights-differ';
      readonly message: string;
      readonly current: readonly CurrentDestination[];
    }
  | {
      readonly kind: 'invalid-wanted';
      readonly message: string;
      readonly current: readonly CurrentDestination[];
    };
