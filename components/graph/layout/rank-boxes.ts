/** Traffic between two boxes; `weight` is positive. */
export interface BoxFlow {
  readonly source: string;
  readonly target: string;
  readonly weight: number;
}

/**
 * Column of every box so that most traffic runs left to right: cycles are opened at the box that sends much more than
 * it receives, then each box stands one column after the last of its callers. Boxes without any flow are left out.
 */
export function rankBoxes(
  ids: readonly string[],
  flows: readonly BoxFlow[],
): ReadonlyMap<string, number> {
  const known = new Set(ids);
  const used = flows.filter(
    (flow) => flow.source !== flow.target && known.has(flow.source) && known.has(flow.target),
  );
  const order = feedbackOrder(ids, used);
  const place = new Map(order.map((id, index) => [id, index]));
  const ranks = new Map<string, number>();
  for (const id of order) {
    let rank = 0;
    for (const flow of used) {
      if (flow.target !== id || (place.get(flow.source) ?? 0) > (place.get(id) ?? 0)) continue;
      rank = Math.max(rank, (ranks.get(flow.source) ?? 0) + 1);
    }
    ranks.set(id, rank);
  }
  return ranks;
}

/** An order in which few flows run backwards: sources first, sinks last, else the largest surplus (Eades, Lin, Smyth). */
function feedbackOrder(ids: readonly string[], flows: readonly BoxFlow[]): readonly string[] {
  const left = new Set(
    ids.filter((id) => flows.some((flow) => flow.source === id || flow.target === id)),
  );
  const head: string[] = [];
  const tail: string[] = [];
  while (left.size > 0) {
    const alive = flows.filter((flow) => left.has(flow.source) && left.has(flow.target));
    const sink = [...left].find((id) => !alive.some((flow) => flow.source === id));
    const source = [...left].find((id) => !alive.some((flow) => flow.target === id));
    const next = source ?? sink ?? largestSurplus(left, alive);
    left.delete(next);
    if (source === undefined && sink !== undefined) tail.unshift(next);
    else head.push(next);
  }
  return [...head, ...tail];
}

function largestSurplus(left: ReadonlySet<string>, flows: readonly BoxFlow[]): string {
  const surplus = new Map([...left].map((id) => [id, 0]));
  for (const flow of flows) {
    surplus.set(flow.source, (surplus.get(flow.source) ?? 0) + flow.weight);
    surplus.set(flow.target, (surplus.get(flow.target) ?? 0) - flow.weight);
  }
  return [...surplus].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
