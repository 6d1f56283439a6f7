/** What metrics say of one rule. Lists have one entry per destination. */
export interface ObservedRule {
  /** Requests (TCP: connections) per second by this rule; `null` where that cannot be told. */
  readonly perSecond: readonly (number | null)[];
  /** Shares, 0..1; `null` where they cannot be told or there was no traffic. */
  readonly shares: readonly (number | null)[];
  /** What the shares are of, per second; `null` when they cannot be told. */
  readonly totalPerSecond: number | null;
  /** Why not, or of which rules together; empty when everything is this rule's own. */
  readonly reason: string;
}
