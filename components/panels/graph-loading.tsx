import type { JSX } from 'react';
import classes from '@/components/panels/graph-page.module.css';

const BOXES = [
  [20, 90],
  [170, 30],
  [170, 150],
  [320, 30],
  [320, 90],
  [320, 150],
  [460, 90],
] as const;

/** The shape of a graph while the real one is on its way. */
export function GraphLoading(): JSX.Element {
  return (
    <div className={classes.loading} role="status" aria-label="Loading the graph">
      <svg
        viewBox="0 0 560 220"
        aria-hidden="true"
        fill="none"
        stroke="var(--fanari-line)"
        strokeWidth="2"
      >
        <path d="M100 108C135 108 135 48 170 48M100 108c35 0 35 60 70 60M250 48h70M250 48c35 0 35 60 70 60M250 168h70M400 108h60" />
        {BOXES.map(([x, y]) => (
          <rect
            key={`${x} ${y}`}
            x={x}
            y={y}
            width="80"
            height="36"
            rx="6"
            fill="var(--fanari-sunken)"
            stroke="none"
          />
        ))}
      </svg>
    </div>
  );
}
