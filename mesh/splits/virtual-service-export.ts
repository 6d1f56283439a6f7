import { readStrings } from '@/mesh/read-json';
import type { ConfigObject } from '@/mesh/topology/object';

/**
 * Namespaces of the clients (sidecars and gateways) that can see a VirtualService, by its `exportTo`: `.` is its own
 * namespace, `*` beats everything else, `~` beats all but `*`. `null`: every namespace; empty: nobody. Without a list of
 * its own `defaults` counts (the mesh-wide `defaultVirtualServiceExportTo`), of which istiod honours only `.` and `*`.
 */
export function virtualServiceExport(
  object: ConfigObject,
  defaults: readonly string[],
): readonly string[] | null {
  const { namespace } = object.meta;
  const own = readStrings(object.spec, 'exportTo');
  if (own.length === 0) {
    if (defaults.includes('.')) return [namespace];
    return defaults.includes('*') ? null : [];
  }
  if (own.includes('*')) return null;
  if (own.includes('~')) return [];
  return [...new Set(own.map((to) => (to === '.' ? namespace : to)))];
}
