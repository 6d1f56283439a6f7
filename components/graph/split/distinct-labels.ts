/**
 * The part of each label that tells it from the others: a beginning that all share is left out up to its last separator
 * (`reviews-v1`, `reviews-v2` give `v1`, `v2`). A lone label, and labels of which one would be empty, stay whole.
 */
export function distinctLabels(labels: readonly string[]): readonly string[] {
  const [first = ''] = labels;
  if (labels.length < 2) return labels;
  let shared = 0;
  while (shared < first.length && labels.every((label) => label[shared] === first[shared]))
    shared += 1;
  const cut = Math.max(first.lastIndexOf('-', shared - 1), first.lastIndexOf('.', shared - 1)) + 1;
  return labels.some((label) => label.length <= cut)
    ? labels
    : labels.map((label) => label.slice(cut));
}
