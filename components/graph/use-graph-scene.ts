'use client';

import { useEffect, useRef, useState, type RefObject } from 'react';
import { createGraphScene, type GraphScene } from '@/components/graph/scene/graph-scene';

/** Where a scene draws; the elements exist once the component is mounted. */
export interface SceneRefs {
  readonly cytoscape: RefObject<HTMLDivElement | null>;
  readonly traffic: RefObject<HTMLCanvasElement | null>;
  readonly marks: RefObject<HTMLCanvasElement | null>;
  readonly world: RefObject<HTMLDivElement | null>;
  readonly predictions: RefObject<HTMLDivElement | null>;
}

/** One scene for the life of the component; `null` until it is mounted. */
export function useGraphScene(
  refs: SceneRefs,
  scheme: 'light' | 'dark',
  predictionClass: string,
): GraphScene | null {
  const [scene, setScene] = useState<GraphScene | null>(null);
  const { cytoscape, traffic, marks, world, predictions } = refs;
  const firstScheme = useRef(scheme);
  useEffect(() => {
    const surfaces = {
      cytoscape: cytoscape.current,
      traffic: traffic.current,
      marks: marks.current,
      world: world.current,
      predictions: predictions.current,
    };
    if (!areMounted(surfaces)) return undefined;
    const made = createGraphScene({ ...surfaces, predictionClass }, firstScheme.current);
    setScene(made);
    return () => {
      setScene(null);
      made.destroy();
    };
  }, [cytoscape, traffic, marks, world, predictions, predictionClass]);
  useEffect(() => scene?.setScheme(scheme), [scene, scheme]);
  return scene;
}

type Surfaces = { readonly [Key in keyof SceneRefs]: NonNullable<SceneRefs[Key]['current']> };

function areMounted(surfaces: {
  readonly [Key in keyof SceneRefs]: SceneRefs[Key]['current'];
}): surfaces is Surfaces {
  return Object.values(surfaces).every((element) => element !== null);
}
