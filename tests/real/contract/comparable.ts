/** What differs from one cluster to the next without meaning anything. */
const VOLATILE: Readonly<Record<string, string>> = {
  uid: '<uid>',
  resourceVersion: '<version>',
  creationTimestamp: '<time>',
  time: '<time>',
  continue: '<token>',
  hash: '<hash>',
};

/** An answer with everything replaced that no two clusters have in common. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === 'string') {
    return value
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const mark = VOLATILE[key];
      return [
        key,
        mark !== undefined && typeof inner === 'string' && inner !== '' ? mark : comparable(inner),
      ];
    }),
  );
}
