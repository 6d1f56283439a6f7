import type { Core } from 'cytoscape';
import { graphTokens } from '@/components/graph/graph-tokens';
import { graphStylesheet } from '@/components/graph/stylesheet';
import { createLabelLayer, type LabelLayer } from '@/components/graph/labels/label-layer';
import { createOverlayCanvas } from '@/components/graph/overlay/overlay-canvas';
import { paintMarks } from '@/components/graph/overlay/paint-marks';
import {
  createPredictionLabels,
  type PredictionLabels,
} from '@/components/graph/overlay/prediction-labels';
import {
  createTrafficAnimation,
  type TrafficAnimation,
} from '@/components/graph/overlay/traffic-particles';
import { createWorldLayer, type WorldLayer } from '@/components/graph/overlay/world-layer';
import { adaptToSize, createCytoscape } from '@/components/graph/scene/create-cytoscape';
import { eventId } from '@/components/graph/scene/element-data';
import { createEdgePaths, type EdgePaths } from '@/components/graph/scene/edge-paths';
import { createSceneLayout, type SceneLayout } from '@/components/graph/scene/scene-layout';
import { refitView } from '@/components/graph/scene/view-commands';
import { listenToWheel } from '@/components/graph/scene/wheel-zoom';
import { syncElements } from '@/components/graph/scene/sync-elements';
import type { GraphElements } from '@/components/graph/to-elements';

/** The elements on the page that a scene draws into, from back to front. */
export interface SceneSurfaces {
  readonly cytoscape: HTMLElement;
  readonly traffic: HTMLCanvasElement;
  readonly marks: HTMLCanvasElement;
  readonly world: HTMLElement;
  readonly predictions: HTMLElement;
  readonly predictionClass: string;
}

/** The drawing, outside React: one Cytoscape instance, its layout and what is drawn over it. */
export interface GraphScene {
  readonly cy: Core;
  readonly paths: EdgePaths;
  readonly predictions: PredictionLabels;
  readonly traffic: TrafficAnimation;
  readonly layout: SceneLayout;
  readonly labels: LabelLayer;
  /** Makes the drawing hold these elements; lays out what is new. */
  readonly update: (elements: GraphElements) => void;
  readonly setScheme: (scheme: 'light' | 'dark') => void;
  /** Puts HTML overlays at their nodes; call after React changed them. */
  readonly anchorOverlays: () => void;
  /** Calls back after each frame that showed a changed view or changed positions. */
  readonly onView: (listener: () => void) => () => void;
  readonly destroy: () => void;
}

/** Builds the scene. Cheap until the first `update`. */
export function createGraphScene(surfaces: SceneSurfaces, scheme: 'light' | 'dark'): GraphScene {
  const cy = createCytoscape(surfaces.cytoscape);
  let tokens = graphTokens(scheme);
  cy.style(graphStylesheet(tokens));
  const paths = createEdgePaths(cy);
  const world = createWorldLayer(cy, surfaces.world);
  const predictions = createPredictionLabels(surfaces.predictions, paths, surfaces.predictionClass);
  const labels = createLabelLayer(cy, paths, () => tokens);
  const traffic = createTrafficAnimation(
    cy,
    createOverlayCanvas(surfaces.traffic),
    paths,
    labels.pillOf,
    () => tokens,
  );
  const marks = createOverlayCanvas(surfaces.marks);
  const views = new Set<() => void>();
  const follow = followPositions(cy, paths, () => {
    labels.placeSoon();
    world.anchor();
    predictions.follow();
    traffic.reload();
  });
  const layout = createSceneLayout(cy, () => {
    // Overlays come into sight here, a frame before the drawing: they must not stand where the view was.
    world.follow();
    follow.all();
    labels.place();
  });
  const stopWheel = listenToWheel(cy, surfaces.cytoscape);
  const paintOver = (): void => {
    const context = marks.begin({ x: 0, y: 0 }, 1);
    if (context === null) return;
    labels.paint(context);
    paintMarks(context, cy, tokens);
  };
  listenToFrames(cy, { world, traffic, labels, paint: paintOver }, views);
  return {
    cy,
    paths,
    predictions,
    traffic,
    layout,
    labels,
    update: (elements) => {
      // React may show a hidden page again with a scene that it has destroyed meanwhile; a new one follows at once.
      if (cy.destroyed()) return;
      const { isRestructured, changed } = syncElements(cy, elements);
      if (isRestructured) {
        adaptToSize(cy);
        layout.request(elements);
      }
      if (changed > 0) {
        traffic.reload();
        labels.placeSoon();
      }
    },
    setScheme: (next) => {
      if (cy.destroyed()) return;
      tokens = graphTokens(next);
      cy.style(graphStylesheet(tokens));
    },
    anchorOverlays: () => {
      if (cy.destroyed()) return;
      world.follow();
      world.anchor();
    },
    onView: (listener) => {
      views.add(listener);
      return () => views.delete(listener);
    },
    destroy: () => {
      stopWheel();
      traffic.stop();
      layout.stop();
      labels.stop();
      follow.stop();
      cy.destroy();
    },
  };
}

function listenToFrames(
  cy: Core,
  parts: {
    readonly world: WorldLayer;
    readonly traffic: TrafficAnimation;
    readonly labels: LabelLayer;
    readonly paint: () => void;
  },
  views: ReadonlySet<() => void>,
): void {
  const { world, traffic, labels, paint } = parts;
  let isReloadDue: ReturnType<typeof setTimeout> | undefined;
  cy.on('resize', () => refitView(cy));
  cy.on('viewport', () => {
    traffic.hold();
    labels.placeSoon();
    clearTimeout(isReloadDue);
    isReloadDue = setTimeout(() => {
      if (!cy.destroyed()) traffic.reload();
    }, 150);
  });
  cy.on('render', () => {
    world.follow();
    paint();
    for (const listener of views) listener();
  });
}

/** Works out edges again when nodes move: those of the moved nodes, once per frame. */
function followPositions(
  cy: Core,
  paths: EdgePaths,
  after: () => void,
): { readonly all: () => void; readonly stop: () => void } {
  const moved = new Set<string>();
  let frame = 0;
  const flush = (): void => {
    frame = 0;
    if (cy.destroyed()) return;
    paths.refresh(moved);
    moved.clear();
    after();
  };
  cy.on('position', 'node', (event) => {
    moved.add(eventId(event));
    if (frame === 0) frame = requestAnimationFrame(flush);
  });
  return {
    all: () => {
      moved.clear();
      paths.refresh();
      after();
    },
    stop: () => cancelAnimationFrame(frame),
  };
}
