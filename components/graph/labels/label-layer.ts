import { isFrame } from '@/components/graph/is-frame';
import type { Core, NodeSingular } from 'cytoscape';
import type { GraphTokens } from '@/components/graph/graph-tokens';
import { pillFont } from '@/components/graph/labels/label-fonts';
import {
  bodyOf,
  hasLock,
  isLookedAt,
  namePlace,
  nameRequests,
  pillRequests,
  pillText,
  type NameText,
} from '@/components/graph/labels/label-requests';
import {
  pillRectangle,
  placeLabels,
  type EdgeLabelRequest,
} from '@/components/graph/labels/place-labels';
import { textStamp, type TextLook, type TextStamp } from '@/components/graph/labels/text-stamps';
import type { Point, Rectangle } from '@/components/graph/layout/point';
import { titleScale, titleWidth } from '@/components/graph/layout/title-scale';
import { opacityOf } from '@/components/graph/overlay/element-opacity';
import { roomAt } from '@/components/graph/scene/view-extent';
import { edgeDataOf, nodeDataOf } from '@/components/graph/scene/element-data';
import type { EdgePaths } from '@/components/graph/scene/edge-paths';
import type { EdgeData } from '@/components/graph/to-elements';

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
  /** Calls back after each placing with how many of each found a place. */
  readonly onPlaced: (
    listener: (found: { readonly names: number; readonly pills: number }) => void,
  ) => void;
  readonly stop: () => void;
}

const SETTLE_MS = 90;

interface PlacedName {
  readonly node: NodeSingular;
  /** Number of its place; see `namePlace`. */
  readonly place: number;
  /** Where it stood when it was last looked up, from its node; kept while the zoom stays. */
  at: { readonly zoom: number; readonly from: Point; readonly text: NameText } | null;
  stamp: KeptStamp | null;
}

/** A stamp, with what it was made of: finding it by its look takes longer than drawing it. */
interface KeptStamp {
  readonly made: readonly unknown[];
  readonly stamp: TextStamp;
}

/** The stamp kept, while it is made of the same things; else a new one. */
function keptStamp(
  kept: KeptStamp | null | undefined,
  made: readonly unknown[],
  make: () => TextStamp,
): KeptStamp {
  const isSame = kept != null && kept.made.every((part, index) => part === made[index]);
  return isSame ? kept : { made, stamp: make() };
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
  const stamps = new Map<string, KeptStamp>();
  let namesStood: ReadonlyMap<string, number> = new Map();
  let placedZoom = 1;
  let due: ReturnType<typeof setTimeout> | undefined;
  let placed: Parameters<LabelLayer['onPlaced']>[0] = () => undefined;

  const place = (): void => {
    clearTimeout(due);
    due = undefined;
    if (cy.destroyed()) return;
    const zoom = cy.zoom();
    const nodes = cy
      .nodes()
      .filter((node) => isWritten(node))
      .map((node) => node as NodeSingular);
    // At another zoom names may have room for better places.
    const stood = zoom === placedZoom ? namesStood : new Map<string, number>();
    const wanted = nameRequests(nodes, zoom, stood);
    const requests = pillRequests(cy, paths, zoom, stops);
    const bodies = [
      ...nodes.map((node) => ({
        id: node.id(),
        ...bodyOf(node.position(), nodeDataOf(node), zoom),
      })),
      ...titleRectangles(cy, zoom),
    ];
    const found = placeLabels(bodies, wanted, requests, zoom, roomAt(cy, zoom));
    names = wanted.flatMap((request) => {
      const place = found.nodes.get(request.id);
      if (place === undefined) return [];
      const node = cy.getElementById(request.id).nodes().first();
      return [{ node, place, at: null, stamp: null }];
    });
    namesStood = new Map(
      names.flatMap(({ node, place }) => {
        const kept = isLookedAt(node) ? stood.get(node.id()) : place;
        return kept === undefined ? [] : [[node.id(), kept] as const];
      }),
    );
    stops = found.edges;
    for (const id of stamps.keys()) if (!stops.has(id)) stamps.delete(id);
    pills = new Map(requests.map((request) => [request.id, request]));
    placedZoom = zoom;
    placed({ names: names.length, pills: stops.size });
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
      paintPills(context, cy, paths, { stops, stamps }, tokensOf());
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
  return !isFrame(nodeDataOf(node)) && !node.hasClass('unplaced');
}

/** The titles of open boxes, which stand on the upper left corner of their frames; see `BoxTitles`. */
function titleRectangles(cy: Core, zoom: number): readonly (Rectangle & { readonly id: string })[] {
  const scale = titleScale(zoom) * zoom;
  return cy
    .nodes()
    .filter((node) => node.isParent())
    .map((frame) => {
      const { x1, y1 } = frame.boundingBox({ includeLabels: false });
      const width = titleWidth(String(frame.data('label'))) * scale;
      const height = TITLE_HEIGHT * scale;
      return { id: frame.id(), x: x1 * zoom, y: y1 * zoom - height, width, height };
    });
}

const TITLE_HEIGHT = 24;

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
  {
    stops,
    stamps,
  }: {
    readonly stops: ReadonlyMap<string, number>;
    readonly stamps: Map<string, KeptStamp>;
  },
  tokens: GraphTokens,
): void {
  const zoom = cy.zoom();
  const pan = cy.pan();
  for (const [id, stop] of stops) {
    const edge = cy.getElementById(id).edges().first();
    const path = paths.pathOf(id);
    if (edge.empty() || path === null) continue;
    const data = edgeDataOf(edge);
    const made = [data.label, data.health, data.verdict, data.configOnly, zoom, tokens];
    const kept = keptStamp(stamps.get(id), made, () => pillStamp(data, zoom, tokens));
    stamps.set(id, kept);
    const { stamp } = kept;
    const { x, y, width, height } = pillRectangle(
      { path, width: stamp.width, height: stamp.height },
      stop,
      zoom,
    );
    if (!isInView(cy, { x: x + pan.x, y: y + pan.y, width, height })) continue;
    context.globalAlpha = opacityOf(edge);
    context.drawImage(stamp.image, x + 2 + pan.x, y + 2 + pan.y, stamp.width, stamp.height);
  }
  context.globalAlpha = 1;
}

function pillStamp(data: EdgeData, zoom: number, tokens: GraphTokens): TextStamp {
  const text = pillText(data, zoom);
  const isTrouble = data.health === 'failing' || data.health === 'degraded';
  const look: TextLook = {
    font: pillFont(zoom),
    weight: 500,
    ink: tokens.text,
    ground: tokens.surface,
    rim: isTrouble ? tokens.health[data.health] : tokens.hairline,
    lock: hasLock(data) ? { verdict: data.verdict, ink: tokens.lock[data.verdict] } : null,
  };
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
  for (const name of names) {
    const { node } = name;
    if (node.removed()) continue;
    const position = node.position();
    if (name.at?.zoom !== zoom) name.at = lookUp(name, position, zoom);
    if (name.at === null) continue;
    const { text, from } = name.at;
    const isIdle = nodeDataOf(node).health === 'idle';
    name.stamp = keptStamp(name.stamp, [text, isIdle, tokens], () =>
      nameStamp(text, isIdle, tokens),
    );
    const { image, width, height } = name.stamp.stamp;
    const x = position.x * zoom + from.x + pan.x;
    const y = position.y * zoom + from.y + pan.y;
    if (!isInView(cy, { x, y, width, height })) continue;
    context.globalAlpha = opacityOf(node);
    context.drawImage(image, x, y, width, height);
  }
  context.globalAlpha = 1;
}

function lookUp({ node, place }: PlacedName, position: Point, zoom: number): PlacedName['at'] {
  const found = namePlace(node, zoom, place) ?? namePlace(node, zoom, 0);
  if (found === null) return null;
  const from = { x: found.x - position.x * zoom, y: found.y - position.y * zoom };
  return { zoom, from, text: found.text };
}

function nameStamp(text: NameText, isIdle: boolean, tokens: GraphTokens): TextStamp {
  return textStamp(text.lines, {
    font: text.font,
    weight: text.weight,
    ink: isIdle ? tokens.textMuted : tokens.text,
    ground: text.isInside ? null : tokens.label,
    rim: null,
    lock: null,
  });
}

function isInView(cy: Core, { x, y, width, height }: Rectangle): boolean {
  return x + width > 0 && y + height > 0 && x < cy.width() && y < cy.height();
}
