import type { UrlState } from '@/components/shell/url-state';
import { formatRate } from '@/components/ui/format-rate';
import { formatWindow } from '@/mesh/format-window';
import { STATUS_ORDER, STATUS_WORD } from '@/components/ui/status-word';
import type { GraphNode } from '@/mesh/graph/graph';
import type { HealthStatus } from '@/mesh/health/health';

/** One line of the palette. `status` is drawn before it; `null` draws nothing. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly keywords: string[];
  readonly status: HealthStatus | null;
  readonly run: () => void;
}

/** What the palette knows and what it can do. */
export interface PaletteInput {
  readonly state: UrlState;
  readonly nodes: readonly GraphNode[];
  readonly namespaces: readonly string[];
  readonly windows: readonly { readonly label: string; readonly seconds: number }[];
  readonly goTo: (path: '/' | '/mtls' | '/doctor', patch: Partial<UrlState>) => void;
  readonly update: (patch: Partial<UrlState>) => void;
  readonly setColorScheme: (scheme: 'light' | 'dark' | 'auto') => void;
}

/** Every line of the palette by group, nodes with the worst first. */
export function paletteActions(input: PaletteInput): { group: string; actions: PaletteAction[] }[] {
  return [
    { group: 'Pages', actions: pages(input) },
    { group: 'Nodes', actions: nodes(input) },
    { group: 'Namespaces', actions: namespaces(input) },
    { group: 'Graph', actions: graphCommands(input) },
    { group: 'Theme', actions: themes(input) },
  ];
}

function action(id: string, label: string, hint: string, run: () => void): PaletteAction {
  return { id, label, hint, keywords: [], status: null, run };
}

function pages({ goTo }: PaletteInput): PaletteAction[] {
  return [
    action('page-graph', 'Open the graph', 'Service graph', () => goTo('/', {})),
    action('page-doctor', 'Ask the doctor', 'What is wrong, with fixes', () => goTo('/doctor', {})),
    action('page-mtls', 'Open mTLS', 'Modes, matrix, unencrypted edges', () => goTo('/mtls', {})),
  ];
}

function nodes({ nodes: all, goTo }: PaletteInput): PaletteAction[] {
  return [...all]
    .sort((a, b) => STATUS_ORDER[a.health.status] - STATUS_ORDER[b.health.status])
    .map((node) => ({
      id: `node ${node.id}`,
      label: node.label,
      hint: `${node.kind} ${node.namespace ?? 'outside'} · ${STATUS_WORD[node.health.status]} · ${formatRate(node.inbound.rps)}`,
      keywords: [node.id, node.app ?? '', ...node.hosts],
      status: node.health.status,
      run: () => goTo('/', { selection: { kind: 'node', id: node.id } }),
    }));
}

function namespaces({ namespaces: all, update }: PaletteInput): PaletteAction[] {
  return [
    action('namespace-all', 'Show all namespaces', '', () => update({ namespaces: [] })),
    ...all.map((name) =>
      action(`namespace ${name}`, `Show only ${name}`, 'Namespace', () =>
        update({ namespaces: [name] }),
      ),
    ),
  ];
}

function graphCommands({ state, windows, update, goTo }: PaletteInput): PaletteAction[] {
  const views = ['workload', 'app', 'versioned-app', 'service'] as const;
  const labels = ['rps', 'share', 'p95', 'throughput', 'none'] as const;
  return [
    ...windows.map(({ label, seconds }) =>
      action(`window ${label}`, `Window: last ${formatWindow(seconds)}`, '', () =>
        update({ window: label }),
      ),
    ),
    ...views.map((view) => action(`view ${view}`, `View: ${view}`, '', () => goTo('/', { view }))),
    ...labels.map((label) =>
      action(`label ${label}`, `Edge label: ${label}`, '', () => goTo('/', { label })),
    ),
    action('shape', state.shape === 'graph' ? 'Show as table' : 'Show as graph', 'T', () =>
      goTo('/', { shape: state.shape === 'graph' ? 'table' : 'graph' }),
    ),
    action('pause', state.paused ? 'Resume refreshing' : 'Pause refreshing', 'P', () =>
      update({ paused: !state.paused }),
    ),
    action('animate', state.animate ? 'Stop the animation' : 'Animate traffic', '', () =>
      goTo('/', { animate: !state.animate }),
    ),
  ];
}

function themes({ setColorScheme }: PaletteInput): PaletteAction[] {
  return [
    action('theme-light', 'Light theme', '', () => setColorScheme('light')),
    action('theme-dark', 'Dark theme', '', () => setColorScheme('dark')),
    action('theme-system', 'Theme of the system', '', () => setColorScheme('auto')),
  ];
}
