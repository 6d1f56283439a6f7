/**
 * Namespaces that see an object of `namespace` with this `exportTo`; `*`: all, empty: none. `.` is its own namespace, `*`
 * beats all else, then `~` (none) does. Without a list the mesh's default counts, of which istiod honours only `.` and `*`.
 */
export function exportScope(
  exportTo: readonly string[],
  defaults: readonly string[],
  namespace: string,
): readonly string[] {
  if (exportTo.length === 0) {
    if (defaults.includes('.')) return [namespace];
    return defaults.includes('*') ? ['*'] : [];
  }
  if (exportTo.includes('*')) return ['*'];
  if (exportTo.includes('~')) return [];
  return exportTo.map((name) => (name === '.' ? namespace : name));
}

/** Whether proxies in `namespace` see what is exported like this. */
export function isExportedTo(exported: readonly string[], namespace: string): boolean {
  return exported.includes('*') || exported.includes(namespace);
}
