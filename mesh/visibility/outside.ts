/**
 * Begins every name that stands for what is out of sight. No Kubernetes name and no host can hold a parenthesis. A number
 * may follow, so that rules which compare names keep apart what is apart; it tells nothing, and is shown to nobody.
 */
export const OUTSIDE = '(outside)';

/** Whether a name stands for something out of sight. */
export function isOutside(name: string | null): boolean {
  return name?.startsWith(OUTSIDE) === true;
}
