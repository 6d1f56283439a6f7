'use client';

import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import uPlot from 'uplot';
import classes from '@/components/charts/sparkline.module.css';
import { summarizeSeries } from '@/components/charts/summarize-series';

const HEIGHT = 48;

/** One small chart of a figure over time, with its latest value, its summary in words, and the value under the pointer. */
export function Sparkline(props: {
  readonly title: string;
  /** Epoch milliseconds, ascending. */
  readonly at: readonly number[];
  /** As long as `at`; `null` where nothing was measured, which is drawn as a hole. */
  readonly values: readonly (number | null)[];
  readonly format: (value: number | null) => string;
  readonly tone: 'accent' | 'failing';
}): JSX.Element {
  const { title, at, values, format, tone } = props;
  const [hovered, setHovered] = useState<number | null>(null);
  const host = useSparkline(at, values, tone, setHovered);
  const shown = hovered ?? at.length - 1;
  const time = at[shown];
  const isHovering = hovered !== null && time !== undefined;
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.caption}>
        <span>{title}</span>
        <span className={classes.time}>
          {isHovering ? new Date(time).toLocaleTimeString() : 'now'}
        </span>
        <strong>{format(values[shown] ?? null)}</strong>
        <span className="fanari-visually-hidden">{summarizeSeries(values, format)}</span>
      </figcaption>
      <div ref={host} className={classes.plot} aria-hidden="true" />
    </figure>
  );
}

function useSparkline(
  at: readonly number[],
  values: readonly (number | null)[],
  tone: 'accent' | 'failing',
  onHover: (index: number | null) => void,
) {
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const stroke = style.getPropertyValue(`--fanari-${tone}`).trim();
    const line = style.getPropertyValue('--fanari-line').trim();
    const options = sparklineOptions(element.clientWidth, stroke, line, onHover);
    const plot = new uPlot(options, [at.map((ms) => ms / 1000), [...values]], element);
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [at, values, tone, scheme, onHover]);
  return host;
}

function sparklineOptions(
  width: number,
  stroke: string,
  line: string,
  onHover: (index: number | null) => void,
): uPlot.Options {
  return {
    width,
    height: HEIGHT,
    padding: [4, 0, 1, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    axes: [{ show: false }, { show: false, grid: { show: true, stroke: line } }],
    scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    series: [
      {},
      { stroke, width: 1.5, fill: `${stroke}1f`, spanGaps: false, points: { show: false } },
    ],
    hooks: { setCursor: [(plot) => onHover(plot.cursor.idx ?? null)] },
  };
}
