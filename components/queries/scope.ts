import type { GraphView } from '@/mesh/graph/graph';

/** The part of the mesh and the window that a question is about; empty `namespaces` means all. */
export interface Scope {
  readonly namespaces: readonly string[];
  /** As the API writes it, e.g. `60s`. */
  readonly window: string;
}

/** A scope seen in one view. */
export interface GraphScope extends Scope {
  readonly view: GraphView;
}

/** One node or edge of one view. */
export interface ElementScope {
  readonly kind: 'node' | 'edge';
  readonly id: string;
  readonly view: GraphView;
  readonly window: string;
}
