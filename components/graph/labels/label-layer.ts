import type { Core, NodeSingular } from 'cytoscape';
import type { GraphTokens } from '@/components/graph/graph-tokens';
import { pillFont } from '@/components/graph/labels/label-fonts';
import {
  bodyOf,
  hasLock,
  namePlaces,
  nameRequests,
  nameText,
  pillRequests,
  pillText,
} from '@/components/graph/labels/label-requests';
import {
  pillRectangle,
  placeLabels,
  type EdgeLabelRequest,
} from '@/components/graph/labels/place-labels';
import { textStamp, type TextLook } from '@/components/graph/labels/text-stamps';
import type { Rectangle } from '@/components/graph/layout/point';
import { titleScale } from '@/components/graph/overlay/world-layer';
import { opacityOf } from '@/components/graph/overlay/element-opacity';
import { edgeDataOf, nodeDataOf } from '@/components/graph/scene/element-data';
import type { EdgePaths } from '@/components/graph/scene/edge-paths';

/** The names of nodes and the pills on edges, in sizes that can be read whatever the zoom. */
export interface LabelLayer {
  /** Finds places anew, soon: after a change of zoom, positions, texts or of what is looked at. */
  readonly placeSoon: () => void;
  /** The same at once. */
  readonly place: () => void;
  /** Draws what has a place, in pixels on screen; the context has no pan and no zoom. */
  readonly paint: (context: CanvasRenderingContext2D) => void;
  /** Room on the plane that the pill of an edge takes; `null` where none stands. */
  readonly pillOf: (edgeId: string) => Rectangle | null;
  /** Calls back with the number of pills after each placing. */
  readonly onPlaced: (listener: (pills: number) => void) => void;
  readonly stop: () => void;
}

const SETTLE_MS = 90;

interface PlacedName {
  readonly node: NodeSingular;
  /** Number of its place; see `namePlaces`. */
  readonly place: number;
}

/** Keeps the labels of a drawing. `tokensOf` is asked each time so that themes can change. */
export function createLabelLayer(
  cy: Core,
  paths: EdgePaths,
  tokensOf: () => GraphTokens,
): LabelLayer {
  let names: readonly PlacedName[] = [];
  let stops: ReadonlyMap<string, number> = new Map();
  let pills: ReadonlyMap<string, EdgeLabelRequest> = new Map();
  let placedZoom = 1;
  let due: ReturnType<typeof setTimeout> | undefined;
  let placed: (pills: number) => void = () => undefined;

  const place = (): void => {
    clearTimeout(due);
    due = undefined;
    if (cy.destroyed()) return;
    const zoom = cy.zoom();
    const nodes = cy
      .nodes()
      .filter((node) => isWritten(node))
      .map((node) => node as NodeSingular);
    const wanted = nameRequests(nodes, zoom);
    const requests = pillRequests(cy, paths, zoom, stops);
    const bodies = [
      ...nodes.map((node) => ({
        id: node.id(),
        ...bodyOf(node.position(), nodeDataOf(node), zoom),
      })),
      ...titleRectangles(cy, zoom),
    ];
    const found = placeLabels(bodies, wanted, requests, zoom);
    names = wanted.flatMap((request) => {
      const place = found.nodes.get(request.id);
      if (place === undefined) return [];
      return [{ node: cy.getElementById(request.id).nodes().first(), place }];
    });
    stops = found.edges;
    pills = new Map(requests.map((request) => [request.id, request]));
    placedZoom = zoom;
    placed(stops.size);
  };

  return {
    place,
    placeSoon: () => {
      clearTimeout(due);
      due = setTimeout(() => {
        place();
        if (!cy.destroyed()) redraw(cy);
      }, SETTLE_MS);
    },
    paint: (context) => {
      paintPills(context, cy, paths, stops, tokensOf());
      paintNames(context, cy, names, tokensOf());
    },
    pillOf: (edgeId) => {
      const request = pills.get(edgeId);
      const stop = stops.get(edgeId);
      if (request === undefined || stop === undefined) return null;
      const { x, y, width, height } = pillRectangle(request, stop, placedZoom);
      return {
        x: x / placedZoom,
        y: y / placedZoom,
        width: width / placedZoom,
        height: height / placedZoom,
      };
    },
    onPlaced: (listener) => {
      placed = listener;
    },
    stop: () => clearTimeout(due),
  };
}

function isWritten(node: NodeSingular): boolean {
  const { role } = nodeDataOf(node);
  return role !== 'namespace-box' && role !== 'app-box' && !node.hasClass('unplaced');
}

/** The titles of open boxes, which stand on the upper left corner of their frames; see `BoxTitles`. */
function titleRectangles(cy: Core, zoom: number): readonly (Rectangle & { readonly id: string })[] {
  const scale = titleScale(zoom) * zoom;
  return cy
    .nodes()
    .filter((node) => node.isParent())
    .map((frame) => {
      const { x1, y1 } = frame.boundingBox({ includeLabels: false });
      const name = String(frame.data('label'));
      const width = (name.length * TITLE.character + TITLE.fold) * scale;
      const height = TITLE.height * scale;
      return { id: frame.id(), x: x1 * zoom, y: y1 * zoom - height, width, height };
    });
}

const TITLE = { character: 7.5, fold: 36, height: 24 };

/** Asks Cytoscape for a frame, after which everything over it is drawn too. */
function redraw(cy: Core): void {
  const renderer: unknown = (cy as unknown as { renderer: () => unknown }).renderer();
  if (typeof renderer === 'object' && renderer !== null && 'redraw' in renderer)
    (renderer as { readonly redraw: () => void }).redraw();
}

function paintPills(
  context: CanvasRenderingContext2D,
  cy: Core,
  paths: EdgePaths,
  stops: ReadonlyMap<string, number>,
  tokens: GraphTokens,
): void {
  const zoom = cy.zoom();
  const pan = cy.pan();
  const font = pillFont(zoom);
  for (const [id, stop] of stops) {
    const edge = cy.getElementById(id).edges().first();
    const path = paths.pathOf(id);
    if (edge.empty() || path === null) continue;
    const data = edgeDataOf(edge);
    const text = pillText(data, zoom);
    const isTrouble = data.health === 'failing' || data.health === 'degraded';
    const look: TextLook = {
      font,
      weight: 500,
      ink: tokens.text,
      ground: tokens.surface,
      rim: isTrouble ? tokens.health[data.health] : tokens.hairline,
      lock: hasLock(data) ? { verdict: data.verdict, ink: tokens.lock[data.verdict] } : null,
    };
    const { x, y, width, height } = pillRectangle({ path, ...sizeOf(text, look) }, stop, zoom);
    if (!isInView(cy, { x: x + pan.x, y: y + pan.y, width, height })) continue;
    context.globalAlpha = opacityOf(edge);
    const stamp = textStamp(text === '' ? [] : [text], look);
    context.drawImage(stamp.image, x + 2 + pan.x, y + 2 + pan.y, stamp.width, stamp.height);
  }
  context.globalAlpha = 1;
}

function sizeOf(text: string, look: TextLook): { readonly width: number; readonly height: number } {
  return textStamp(text === '' ? [] : [text], look);
}

function paintNames(
  context: CanvasRenderingContext2D,
  cy: Core,
  names: readonly PlacedName[],
  tokens: GraphTokens,
): void {
  const zoom = cy.zoom();
  const pan = cy.pan();
  for (const { node, place } of names) {
    if (node.removed()) continue;
    const places = namePlaces(node, zoom);
    const corner = places[place] ?? places[0];
    if (corner === undefined) continue;
    const text = nameText(node, zoom);
    const isIdle = nodeDataOf(node).health === 'idle';
    const stamp = textStamp(text.lines, {
      font: text.font,
      weight: text.weight,
      ink: isIdle ? tokens.textMuted : tokens.text,
      ground: text.isInside ? null : tokens.label,
      rim: null,
      lock: null,
    });
    const at = {
      x: corner.x + pan.x,
      y: corner.y + pan.y,
      width: stamp.width,
      height: stamp.height,
    };
    if (!isInView(cy, at)) continue;
    context.globalAlpha = opacityOf(node);
    context.drawImage(stamp.image, at.x, at.y, stamp.width, stamp.height);
  }
  context.globalAlpha = 1;
}

function isInView(cy: Core, { x, y, width, height }: Rectangle): boolean {
  return x + width > 0 && y + height > 0 && x < cy.width() && y < cy.height();
}
