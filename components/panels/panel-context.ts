import { createContext, useContext } from 'react';
import type { Selection } from '@/components/graph/selection';
import type { Graph } from '@/mesh/graph/graph';
import type { CanaryCandidate } from '@/mesh/splits/canary';
import type { TrafficSplit } from '@/mesh/splits/split';
import type { ObjectRef } from '@/mesh/topology/object';

/** What every part of the graph page shares. */
export interface PanelContext {
  readonly graph: Graph;
  readonly splits: readonly TrafficSplit[];
  /** As the URL writes it, e.g. `60s`. */
  readonly window: string;
  readonly isPaused: boolean;
  readonly select: (selection: Selection | null) => void;
  /** Opens the sheet that reviews new weights of a split. */
  readonly onWeightsChosen: (split: TrafficSplit, wanted: readonly number[]) => void;
  /** Opens the sheet that starts a canary. */
  readonly onCanaryStart: (candidate: CanaryCandidate) => void;
  /** Why the weights of an object cannot be changed; `null` when they can, or when that is not known. */
  readonly readOnlyReason: (object: ObjectRef) => string | null;
}

const Context = createContext<PanelContext | null>(null);

/** Provides {@link PanelContext} to the parts below. */
export const PanelContextProvider = Context;

/** The shared state of the graph page. Throws outside of it. */
export function usePanelContext(): PanelContext {
  const value = useContext(Context);
  if (value === null) throw new Error('A panel is used outside the graph page');
  return value;
}
