import type { StylesheetStyle } from 'cytoscape';
import {
  GRAPH_FONT,
  GRAPH_SIZES,
  HEALTH_DASH,
  type GraphTokens,
} from '@/components/graph/graph-tokens';
import type { NodeKind } from '@/mesh/graph/graph';
import type { HealthStatus } from '@/mesh/health/health';

/** Body shape per kind, so that kinds differ without icon or colour. */
export const NODE_SHAPES = {
  workload: 'ellipse',
  app: 'round-rectangle',
  'versioned-app': 'round-rectangle',
  service: 'round-diamond',
  gateway: 'round-hexagon',
  'service-entry': 'round-tag',
  passthrough: 'round-pentagon',
  'black-hole': 'round-octagon',
  unknown: 'ellipse',
  outside: 'barrel',
} as const satisfies Record<NodeKind, string>;

/** Opacity, 0..1, of what a find expression does not match. */
export const DIMMED_OPACITY = 0.22;

/** Opacity, 0..1, of what is not near the pointer. */
export const HOVER_OPACITY = 0.4;

const STATUSES: readonly HealthStatus[] = ['failing', 'degraded', 'healthy', 'idle', 'unknown'];

/** Cytoscape's stylesheet for one colour scheme. */
export function graphStylesheet(tokens: GraphTokens): StylesheetStyle[] {
  return [
    ...nodeStyles(tokens),
    ...boxStyles(tokens),
    ...STATUSES.flatMap((status) => healthStyles(tokens, status)),
    ...edgeStyles(),
    ...stateStyles(tokens),
  ];
}

function nodeStyles(tokens: GraphTokens): StylesheetStyle[] {
  const shapes = Object.entries(NODE_SHAPES).map(([kind, shape]) => ({
    selector: `node[kind = "${kind}"]`,
    style: { shape },
  }));
  return [
    {
      selector: 'node',
      style: {
        width: 'data(width)',
        height: 'data(height)',
        label: 'data(label)',
        'background-color': tokens.surface,
        'border-width': 2,
        'font-family': GRAPH_FONT,
        'font-size': GRAPH_SIZES.labelFont,
        'font-weight': 500,
        'text-valign': 'bottom',
        'text-margin-y': 3,
        'text-wrap': 'wrap',
        'line-height': 1.15,
        // Frames make room for names, but names are drawn over the picture, in sizes that can be read: see labels/.
        'min-zoomed-font-size': 10_000,
        'overlay-opacity': 0,
        'z-index': 10,
      },
    },
    ...shapes,
    {
      selector: 'node[role = "card"]',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '12px',
        'text-valign': 'center',
        'text-margin-y': 0,
        'font-size': GRAPH_SIZES.cardFont,
      },
    },
    {
      selector: 'node[role = "folded"]',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '10px',
        'border-width': 4,
        'border-style': 'double',
        'text-valign': 'center',
        'text-margin-y': 0,
        'font-size': GRAPH_SIZES.cardFont,
      },
    },
  ];
}

function boxStyles(tokens: GraphTokens): StylesheetStyle[] {
  const frame = {
    shape: 'round-rectangle',
    'corner-radius': '14px',
    label: '',
    'border-width': 1,
    'border-color': tokens.boxBorder,
    'border-style': 'solid',
    'background-opacity': 1,
    'compound-sizing-wrt-labels': 'include',
    'z-index': 1,
  } as const;
  return [
    {
      selector: 'node[role = "cluster-box"]',
      style: {
        ...frame,
        'border-width': 2,
        padding: '22px',
        'background-opacity': 0,
        'z-index': 0,
      },
    },
    {
      selector: 'node[role = "namespace-box"]',
      style: { ...frame, padding: '14px', 'background-color': tokens.box },
    },
    {
      selector: 'node[role = "app-box"]',
      style: {
        ...frame,
        'corner-radius': '10px',
        'border-style': 'dashed',
        padding: '10px',
        'background-color': tokens.appBox,
        'z-index': 2,
      },
    },
  ];
}

function healthStyles(tokens: GraphTokens, status: HealthStatus): StylesheetStyle[] {
  const dash = [...HEALTH_DASH[status]];
  return [
    {
      selector: `node[health = "${status}"][kind != "box"]`,
      style: {
        'border-color': tokens.health[status],
        'border-style': status === 'idle' ? 'dotted' : status === 'unknown' ? 'dashed' : 'solid',
        'border-width': status === 'failing' ? 3.5 : status === 'degraded' ? 3 : 2,
      },
    },
    {
      selector: `node[role = "folded"][health = "${status}"]`,
      style: { 'border-color': tokens.health[status] },
    },
    {
      selector: `edge[health = "${status}"]`,
      style: {
        'line-color': tokens.edge[status],
        'target-arrow-color': tokens.edge[status],
        'line-style': dash.length === 0 ? 'solid' : 'dashed',
        ...(dash.length === 0 ? {} : { 'line-dash-pattern': dash }),
      },
    },
    ...(status === 'idle'
      ? [
          {
            selector: 'node[health = "idle"][kind != "box"]',
            style: { 'background-opacity': 0.6 },
          },
        ]
      : []),
  ];
}

function edgeStyles(): StylesheetStyle[] {
  return [
    {
      selector: 'edge',
      style: {
        width: 'data(width)',
        'curve-style': 'unbundled-bezier',
        'edge-distances': 'node-position',
        'control-point-weights': (edge) => curveOf(edge.data('curve')).weights,
        'control-point-distances': (edge) => curveOf(edge.data('curve')).distances,
        'source-endpoint': (edge) => curveOf(edge.data('curve')).source,
        'target-endpoint': (edge) => curveOf(edge.data('curve')).target,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.95,
        'target-distance-from-node': 2,
        'line-cap': 'butt',
        'overlay-opacity': 0,
        'z-index': 5,
      },
    },
    { selector: 'edge[protocol = "grpc"]', style: { 'target-arrow-shape': 'vee' } },
    { selector: 'edge[protocol = "tcp"]', style: { 'target-arrow-shape': 'diamond' } },
    {
      selector: 'edge[?configOnly]',
      style: { 'line-style': 'dashed', 'line-dash-pattern': [1, 4] },
    },
    {
      selector: 'edge[?mirrored]',
      style: { 'source-arrow-shape': 'circle', 'source-arrow-fill': 'hollow' },
    },
  ];
}

function stateStyles(tokens: GraphTokens): StylesheetStyle[] {
  return [
    { selector: 'node[!exists]', style: { 'border-style': 'dotted', 'background-opacity': 0.4 } },
    { selector: '.dimmed', style: { opacity: DIMMED_OPACITY } },
    { selector: '.dimmed-by-hover', style: { opacity: HOVER_OPACITY } },
    {
      selector: '.found',
      style: { 'underlay-color': tokens.found, 'underlay-opacity': 0.32, 'underlay-padding': 7 },
    },
    {
      selector: 'edge.near',
      style: {
        'underlay-color': tokens.focus,
        'underlay-opacity': 0.16,
        'underlay-padding': 3,
        'z-index': 20,
      },
    },
    {
      selector: 'node.chosen',
      style: {
        'underlay-color': tokens.focus,
        'underlay-opacity': 0.28,
        'underlay-padding': 8,
        'underlay-shape': 'round-rectangle',
      },
    },
    {
      selector: 'edge.chosen',
      style: {
        'underlay-color': tokens.focus,
        'underlay-opacity': 0.3,
        'underlay-padding': 5,
        'z-index': 30,
      },
    },
    {
      selector: '.focused',
      style: { 'underlay-color': tokens.focus, 'underlay-opacity': 0.5, 'underlay-padding': 6 },
    },
    { selector: '.unplaced', style: { display: 'none' } },
  ];
}

/** How one edge bends: control points relative to the line between the centres, and where it leaves and arrives. */
export interface Curve {
  readonly weights: number[];
  readonly distances: number[];
  readonly source: string;
  readonly target: string;
}

const STRAIGHT: Curve = {
  weights: [0.5],
  distances: [0],
  source: 'outside-to-node',
  target: 'outside-to-node',
};

function curveOf(value: unknown): Curve {
  return isCurve(value) ? value : STRAIGHT;
}

function isCurve(value: unknown): value is Curve {
  return typeof value === 'object' && value !== null && 'weights' in value;
}
