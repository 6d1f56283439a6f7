import type { Core, EdgeSingular, NodeSingular } from 'cytoscape';
import { GRAPH_SIZES } from '@/components/graph/graph-tokens';
import { nameFont, pillFont } from '@/components/graph/labels/label-fonts';
import { brokenName, cutMiddle, shortName } from '@/components/graph/labels/name-lines';
import { TEXT_PADDING, textSize } from '@/components/graph/labels/text-stamps';
import type { EdgeLabelRequest } from '@/components/graph/labels/place-labels';
import type { NodeLabelRequest } from '@/components/graph/labels/place-names';
import type { Point, Rectangle } from '@/components/graph/layout/point';
import { DISTANT_ZOOM, FAR_ZOOM } from '@/components/graph/overlay/world-layer';
import { edgeDataOf, nodeDataOf } from '@/components/graph/scene/element-data';
import type { EdgePaths } from '@/components/graph/scene/edge-paths';
import type { EdgeData, NodeData } from '@/components/graph/to-elements';
import type { HealthStatus } from '@/mesh/health/health';

/** A name as it is to be written. */
export interface NameText {
  readonly lines: readonly string[];
  readonly weight: 500 | 600;
  /** Pixels on screen. */
  readonly font: number;
  readonly isInside: boolean;
}

const GAP = 2;
/** From this zoom on a rate says its unit. */
const UNIT_ZOOM = 0.95;

/** A place for a name and what is written there, pixels on screen less the pan. */
export interface NamePlace extends Rectangle {
  readonly text: NameText;
}

/** What is written at a node: its whole name in one line where it is looked at, else what the drawing has room for. */
function nameText(node: NodeSingular, zoom: number): NameText {
  const data = nodeDataOf(node);
  const lines = data.label.split('\n');
  const font = nameFont(zoom);
  if (data.role === 'folded' || (data.role === 'card' && zoom >= FAR_ZOOM))
    return insideText(lines, data, font, zoom);
  const isWhole = node.hasClass('hovered') || node.hasClass('chosen');
  return {
    lines: isWhole ? [data.name] : lines,
    weight: data.role === 'node' ? 500 : 600,
    font,
    isInside: false,
  };
}

const LEAST_INSIDE_FONT = 9.5;

/** What fits into the width of a body: a little smaller, then without the middle of its lines. */
function insideText(
  lines: readonly string[],
  data: NodeData,
  font: number,
  zoom: number,
): NameText {
  const room = data.width * zoom - 2;
  const wanted = inkWidth(lines, font);
  const fitting = Math.max(
    LEAST_INSIDE_FONT,
    Math.floor(font * Math.min(1, room / wanted) * 4) / 4,
  );
  const width = inkWidth(lines, fitting);
  const longest = Math.max(...lines.map((line) => line.length));
  const characters = width <= room ? longest : Math.max(5, Math.floor((longest * room) / width));
  return {
    lines: lines.map((line) => cutMiddle(line, characters)),
    weight: 600,
    font: fitting,
    isInside: true,
  };
}

function inkWidth(lines: readonly string[], font: number): number {
  return textSize(lines, { font, weight: 600, lock: null }).width - 2 * TEXT_PADDING.x;
}

/** What is written on an edge; rates are short and leave out their unit in small pictures. Empty: nothing. */
export function pillText(edge: EdgeData, zoom: number): string {
  if (zoom >= UNIT_ZOOM) return edge.label;
  const short = edge.label.replace(/ rps$/, '');
  return /^0\.\d{3,}$/.test(short) ? Number(short).toPrecision(2) : short;
}

/** Whether an edge's lock has something to say: shut ones are shown only beside a figure. */
export function isLockLoud(edge: EdgeData): boolean {
  return (
    !edge.configOnly &&
    (edge.verdict === 'plaintext' || edge.verdict === 'broken' || edge.verdict === 'partly')
  );
}

const WEIGHT: Readonly<Record<HealthStatus, number>> = {
  failing: 4000,
  degraded: 3000,
  healthy: 1000,
  unknown: 1000,
  idle: 0,
};

/** Names of the nodes that have one at this zoom, the most important first: what is looked at, what fails, then what has most edges. */
export function nameRequests(
  nodes: readonly NodeSingular[],
  zoom: number,
  before: ReadonlyMap<string, number>,
): NodeLabelRequest[] {
  const weightOf = (node: NodeSingular): number =>
    (isLookedAt(node) ? 10_000 : 0) +
    (nodeDataOf(node).role === 'node' ? 0 : 5000) +
    WEIGHT[nodeDataOf(node).health] +
    node.degree(false);
  return nodes
    .filter((node) => zoom >= DISTANT_ZOOM || isNamedFromAfar(node))
    .map((node) => ({ node, weight: weightOf(node) }))
    .sort((a, b) => b.weight - a.weight || a.node.id().localeCompare(b.node.id()))
    .map(({ node }) => ({
      id: node.id(),
      places: namePlaces(node, zoom),
      isForced: isAlwaysNamed(node),
      // The whole name of what is looked at has other places.
      before: isLookedAt(node) ? null : (before.get(node.id()) ?? null),
    }));
}

function isNamedFromAfar(node: NodeSingular): boolean {
  const { role, health } = nodeDataOf(node);
  return role === 'folded' || health === 'failing' || isLookedAt(node);
}

/** Who reads the picture must not have to guess at what fails. */
function isAlwaysNamed(node: NodeSingular): boolean {
  const { role, health } = nodeDataOf(node);
  return role !== 'node' || health === 'failing' || isLookedAt(node);
}

/** Whether the pointer or the keyboard is on a node, or it is selected. */
export function isLookedAt(node: NodeSingular): boolean {
  return node.hasClass('hovered') || node.hasClass('chosen') || node.hasClass('focused');
}

/** Where the name of a node may stand, best first: in full, then smaller and broken otherwise, and last short. */
function namePlaces(node: NodeSingular, zoom: number): readonly NamePlace[] {
  return nameTexts(node, zoom).flatMap((text) => placesOf(node, zoom, text));
}

/** One of the places of a name by its number; `null` for a number that has none. */
export function namePlace(node: NodeSingular, zoom: number, place: number): NamePlace | null {
  const texts = nameTexts(node, zoom);
  const text = texts[Math.floor(place / PLACES_AROUND.length)];
  return text === undefined
    ? null
    : (placesOf(node, zoom, text)[place % PLACES_AROUND.length] ?? null);
}

/** Pixels on screen of a name that finds no room in the usual size. */
const SMALL_FONT = 10;

/** How a name may be written, best first. */
function nameTexts(node: NodeSingular, zoom: number): readonly NameText[] {
  const text = nameText(node, zoom);
  if (text.isInside || isLookedAt(node)) return [text];
  const { name } = nodeDataOf(node);
  const short = shortName(name);
  const small = { ...text, font: Math.min(text.font, SMALL_FONT) };
  const otherwise = text.lines.length > 1 ? [name] : brokenName(name);
  return [
    text,
    small,
    { ...small, lines: otherwise },
    ...(short === name
      ? []
      : [
          { ...text, lines: [short] },
          { ...small, lines: [short] },
        ]),
  ];
}

function placesOf(node: NodeSingular, zoom: number, text: NameText): readonly NamePlace[] {
  return rectanglesOf(node, zoom, text).map((rectangle) => ({ ...rectangle, text }));
}

function rectanglesOf(node: NodeSingular, zoom: number, text: NameText): readonly Rectangle[] {
  const data = nodeDataOf(node);
  const size = textSize(text.lines, { font: text.font, weight: text.weight, lock: null });
  const body = bodyOf(node.position(), data, zoom);
  const x = body.x + (body.width - size.width) / 2;
  const middle = body.y + (body.height - size.height) / 2;
  if (data.role === 'folded') {
    if (size.height <= body.height) return [{ ...size, x, y: middle }];
  } else if (text.isInside) {
    const room = text.lines.length * GRAPH_SIZES.cardTitleLine * zoom;
    return [{ ...size, x, y: body.y + 6 * zoom + Math.max(0, (room - size.height) / 2) }];
  }
  const around: Around = {
    middle: { x, y: middle },
    below: body.y + body.height + GAP,
    above: body.y - size.height - GAP,
    right: body.x + body.width + GAP,
    left: body.x - size.width - GAP,
    slid: Math.max(0, (size.width - body.width) / 2),
  };
  return PLACES_AROUND.map((place) => ({ ...size, ...place(around) }));
}

/** Corners that a text can have at a body: in its middle, beside it, and how far it can slide along it. */
interface Around {
  readonly middle: Point;
  readonly below: number;
  readonly above: number;
  readonly right: number;
  readonly left: number;
  readonly slid: number;
}

/** Places around a body that are tried for each way to write its name, best first; places are remembered by number. */
const PLACES_AROUND: readonly ((around: Around) => Point)[] = [
  ({ middle, below }) => ({ x: middle.x, y: below }),
  ({ middle, right }) => ({ x: right, y: middle.y }),
  ({ middle, left }) => ({ x: left, y: middle.y }),
  ({ middle, above }) => ({ x: middle.x, y: above }),
  ({ middle, below, slid }) => ({ x: middle.x + slid, y: below }),
  ({ middle, below, slid }) => ({ x: middle.x - slid, y: below }),
  ({ middle, above, slid }) => ({ x: middle.x + slid, y: above }),
  ({ middle, above, slid }) => ({ x: middle.x - slid, y: above }),
];

/** The body of a node in pixels on screen, less the pan. */
export function bodyOf(
  position: Point,
  data: Pick<NodeData, 'width' | 'height'>,
  zoom: number,
): Rectangle {
  return {
    x: (position.x - data.width / 2) * zoom,
    y: (position.y - data.height / 2) * zoom,
    width: data.width * zoom,
    height: data.height * zoom,
  };
}

/** Pills of all drawn edges that say something, the most important first: looked at, failing, degraded, then by rate. */
export function pillRequests(
  cy: Core,
  paths: EdgePaths,
  zoom: number,
  before: ReadonlyMap<string, number>,
): EdgeLabelRequest[] {
  const font = pillFont(zoom);
  const requests: { readonly request: EdgeLabelRequest; readonly weight: number }[] = [];
  cy.edges().forEach((edge) => {
    const path = paths.pathOf(edge.id());
    if (path === null || edge.source().hasClass('unplaced')) return;
    const data = edgeDataOf(edge);
    if (zoom < DISTANT_ZOOM && !isSaidFromAfar(edge, data)) return;
    const text = pillText(data, zoom);
    if (text === '' && !isLockLoud(data)) return;
    const size = textSize(text === '' ? [] : [text], {
      font,
      weight: 500,
      lock: hasLock(data) ? true : null,
    });
    const stood = before.get(edge.id()) ?? null;
    requests.push({
      request: {
        id: edge.id(),
        path,
        ...size,
        isForced: isEdgeLookedAt(edge),
        before: stood,
      },
      weight: pillWeight(edge, data, stood !== null),
    });
  });
  return requests
    .sort((a, b) => b.weight - a.weight || a.request.id.localeCompare(b.request.id))
    .map(({ request }) => request);
}

function isSaidFromAfar(edge: EdgeSingular, { health }: EdgeData): boolean {
  return health === 'failing' || health === 'degraded' || isEdgeLookedAt(edge);
}

/** Whether a lock stands on the pill of an edge; an unknown one says nothing. */
export function hasLock(edge: EdgeData): boolean {
  return isLockLoud(edge) || (edge.verdict === 'encrypted' && !edge.configOnly);
}

function isEdgeLookedAt(edge: EdgeSingular): boolean {
  return edge.hasClass('near') || edge.hasClass('chosen');
}

/** What stood before goes ahead of what is alike, so that a rate that wavers does not make labels flicker. */
function pillWeight(edge: EdgeSingular, data: EdgeData, hasStood: boolean): number {
  return (
    (edge.hasClass('chosen') ? 1e6 : 0) +
    (isEdgeLookedAt(edge) ? 1e5 : 0) +
    WEIGHT[data.health] * 10 +
    (isLockLoud(data) ? 8000 : 0) +
    (hasStood ? 4000 : 0) +
    Math.min(900, Math.log10(1 + (data.flow ?? 0)) * 150)
  );
}
