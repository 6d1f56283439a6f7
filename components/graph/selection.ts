/**
 * What the user has chosen on the graph. `id` is a node id, an edge id, a namespace's name or a split's id, by `kind`.
 * It may name something that the present graph no longer has.
 */
export interface Selection {
  readonly kind: 'node' | 'edge' | 'namespace' | 'split';
  readonly id: string;
}
