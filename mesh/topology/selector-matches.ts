type Labels = Readonly<Record<string, string>>;

/** True when every pair of `selector` stands in `labels`; an empty selector matches everything. */
export function selectorMatches(selector: Labels, labels: Labels): boolean {
  for (const key of Object.keys(selector)) if (labels[key] !== selector[key]) return false;
  return true;
}
