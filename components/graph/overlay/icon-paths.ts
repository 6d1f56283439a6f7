import type { NodeKind } from '@/mesh/graph/graph';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

/** Line drawings on a square of 24, for `Path2D` and for SVG alike. */
export const NODE_ICONS = {
  workload: 'M12 3l8 4.5v9L12 21l-8-4.5v-9z M12 12l8-4.5 M12 12v9 M12 12L4 7.5',
  app: 'M4 4h7v7H4z M13 4h7v7h-7z M4 13h7v7H4z M13 13h7v7h-7z',
  'versioned-app': 'M4 4h7v7H4z M13 4h7v7h-7z M4 13h7v7H4z M16.5 13v7 M13 16.5h7',
  service: 'M4 12h5 M9 12c4 0 3-6 7-6h4 M9 12c4 0 3 6 7 6h4',
  gateway: 'M4 20V9a8 8 0 0 1 16 0v11 M4 20h16 M12 20v-9 M8.5 14.5L12 11l3.5 3.5',
  'service-entry':
    'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z M3.5 9.5h17 M3.5 14.5h17 M12 3c-5 5.5-5 12.5 0 18 M12 3c5 5.5 5 12.5 0 18',
  passthrough: 'M3 12h15 M13 7l5 5-5 5 M21 5v14',
  'black-hole': 'M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16z M6.5 6.5l11 11',
  unknown: 'M8.5 8.5a3.5 3.5 0 1 1 5 3.2c-1 .6-1.5 1.2-1.5 2.3 M12 18v.1',
  outside: 'M14 4h6v6 M20 4l-9 9 M18 14v6H4V6h6',
} as const satisfies Record<NodeKind, string>;

/** A lock per verdict: shut, half filled, open, struck through, and none but a question mark. */
export const LOCK_ICONS = {
  encrypted: 'M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  partly: 'M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3 M6 15.5h12',
  plaintext: 'M6 11h12v9H6z M8.5 11V7a3.5 3.5 0 0 1 6.6-1.6',
  broken: 'M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3 M3 3l18 18',
  unknown: 'M8.5 8.5a3.5 3.5 0 1 1 5 3.2c-1 .6-1.5 1.2-1.5 2.3 M12 18v.1',
} as const satisfies Record<MtlsVerdict, string>;

/** Badges by name; a name without a drawing is shown as a dot. */
export const BADGE_ICONS: Readonly<Record<string, string>> = {
  'circuit-breaker': 'M13 3L5 14h6l-1 7 8-11h-6z',
  'fault-injection': 'M12 4l9 16H3z M12 10v4 M12 17v.1',
  mirror: 'M12 3v18 M9 7l-5 10h5 M15 7l5 10h-5',
  timeout: 'M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16z M12 8v4l3 2',
  retry: 'M19 12a7 7 0 1 1-2.2-5.1 M19 4v4h-4',
  'virtual-service': 'M4 12h5 M9 12c4 0 3-6 7-6h4 M9 12c4 0 3 6 7 6h4',
  more: 'M6 12h.1 M12 12h.1 M18 12h.1',
  'missing-proxy': 'M12 3l8 3v6c0 5-3.5 7.5-8 9c-4.5-1.5-8-4-8-9V6z M7 7l10 10',
};

/** Marks of bad health; the shape tells them apart without colour. */
export const HEALTH_ICONS = {
  failing: 'M7.5 7.5l9 9 M16.5 7.5l-9 9',
  degraded: 'M12 5v9 M12 18.5v.1',
} as const;
