import type { HealthStatus } from '@/mesh/health/health';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

/** Colours of one scheme. Text on any ground reaches a contrast of 4.5, edges and marks of 3. */
export interface GraphTokens {
  readonly canvas: string;
  readonly surface: string;
  readonly box: string;
  readonly boxBorder: string;
  readonly appBox: string;
  /** Behind names, which may stand on edges. */
  readonly label: string;
  readonly text: string;
  readonly textMuted: string;
  readonly hairline: string;
  readonly focus: string;
  readonly found: string;
  readonly health: Readonly<Record<HealthStatus, string>>;
  /** Edges are quieter than nodes: most are healthy and there are many. */
  readonly edge: Readonly<Record<HealthStatus, string>>;
  readonly lock: Readonly<Record<MtlsVerdict, string>>;
  /** Segments of a split in order; repeats after the last. */
  readonly destinations: readonly string[];
}

const LIGHT: GraphTokens = {
  canvas: '#f6f7f9',
  surface: '#ffffff',
  box: '#eceff4',
  boxBorder: '#c9d0db',
  appBox: '#e2e7ef',
  label: '#eff1f5e8',
  text: '#1b2330',
  textMuted: '#566173',
  hairline: '#d5dbe5',
  focus: '#1c6fd6',
  found: '#a13fd1',
  health: {
    failing: '#cc2b3b',
    degraded: '#b56a00',
    healthy: '#2b8a66',
    idle: '#758091',
    unknown: '#707b8c',
  },
  edge: {
    failing: '#cc2b3b',
    degraded: '#ad6600',
    healthy: '#4c8a72',
    idle: '#778293',
    unknown: '#6d7889',
  },
  lock: {
    encrypted: '#2b8a66',
    partly: '#b56a00',
    plaintext: '#cc2b3b',
    broken: '#cc2b3b',
    unknown: '#707b8c',
  },
  destinations: ['#3b6fc9', '#d9822b', '#7a4fbf', '#2a8f8f', '#b8447c', '#6b7785'],
};

const DARK: GraphTokens = {
  canvas: '#12151a',
  surface: '#1e232b',
  box: '#181c23',
  boxBorder: '#333b47',
  appBox: '#1f252e',
  label: '#181c23e8',
  text: '#e6eaf0',
  textMuted: '#a0abba',
  hairline: '#38414e',
  focus: '#5aa2f5',
  found: '#cf8bf2',
  health: {
    failing: '#ff6b75',
    degraded: '#f0a63a',
    healthy: '#4fbf94',
    idle: '#77818f',
    unknown: '#8d98a7',
  },
  edge: {
    failing: '#ff6b75',
    degraded: '#e09a35',
    healthy: '#4a8570',
    idle: '#6f7988',
    unknown: '#788392',
  },
  lock: {
    encrypted: '#4fbf94',
    partly: '#f0a63a',
    plaintext: '#ff6b75',
    broken: '#ff6b75',
    unknown: '#8d98a7',
  },
  destinations: ['#5b8def', '#e89a4a', '#a57be6', '#4cb8b8', '#df74a5', '#909cab'],
};

/** The colours to draw with. */
export function graphTokens(scheme: 'light' | 'dark'): GraphTokens {
  return scheme === 'dark' ? DARK : LIGHT;
}

/** Font of everything that is written on the canvas. */
export const GRAPH_FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Sizes in pixels at zoom 1. */
export const GRAPH_SIZES = {
  body: 34,
  labelFont: 15,
  labelLine: 20,
  cardFont: 16,
  cardTitleLine: 20,
  foldedWidth: 148,
  foldedHeight: 56,
  boxPadding: 16,
  boxTitle: 24,
  cardWidth: 164,
} as const;

/** Dash pattern per health, so that edges and borders tell it without colour; empty is a solid line. */
export const HEALTH_DASH: Readonly<Record<HealthStatus, readonly number[]>> = {
  healthy: [],
  degraded: [9, 4],
  failing: [4, 3],
  idle: [1, 4],
  unknown: [6, 3, 1, 3],
};
