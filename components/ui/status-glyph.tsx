import type { JSX } from 'react';
import type { HealthStatus } from '@/mesh/health/health';

const COLOR: Record<HealthStatus, string> = {
  failing: 'var(--fanari-failing)',
  degraded: 'var(--fanari-degraded)',
  healthy: 'var(--fanari-healthy)',
  idle: 'var(--fanari-idle)',
  unknown: 'var(--fanari-idle)',
};

const SHAPE: Record<HealthStatus, JSX.Element> = {
  failing: (
    <>
      <path d="M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5z" fill="currentColor" />
      <path
        d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8"
        stroke="var(--fanari-surface)"
        strokeWidth="1.7"
        strokeLinecap="round"
      />
    </>
  ),
  degraded: (
    <>
      <path d="M8 1.6 15.2 14H.8z" fill="currentColor" />
      <path
        d="M8 6v3.6m0 2v.2"
        stroke="var(--fanari-surface)"
        strokeWidth="1.7"
        strokeLinecap="round"
      />
    </>
  ),
  healthy: (
    <>
      <circle cx="8" cy="8" r="6.6" fill="currentColor" />
      <path
        d="m5 8.2 2.1 2.1L11 6.2"
        fill="none"
        stroke="var(--fanari-surface)"
        strokeWidth="1.7"
        strokeLinecap="round"
      />
    </>
  ),
  idle: <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.7" />,
  unknown: (
    <>
      <circle
        cx="8"
        cy="8"
        r="6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeDasharray="2.4 2"
      />
      <path
        d="M6.4 6.4a1.6 1.6 0 1 1 2.2 1.5c-.5.2-.6.5-.6 1m0 1.9v.1"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
      />
    </>
  ),
};

/** A health status as a coloured shape; shapes differ, so that colour is never alone. Decorative: write the word beside. */
export function StatusGlyph({
  status,
  size = 14,
}: {
  readonly status: HealthStatus;
  readonly size?: number;
}): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
      color={COLOR[status]}
      display="block"
    >
      {SHAPE[status]}
    </svg>
  );
}
