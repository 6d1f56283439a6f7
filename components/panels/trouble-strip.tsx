'use client';

import type { JSX } from 'react';
import type { Selection } from '@/components/graph/selection';
import { troubles, type Trouble } from '@/components/panels/troubles';
import classes from '@/components/panels/trouble-strip.module.css';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { STATUS_WORD } from '@/components/ui/status-word';
import type { Graph } from '@/mesh/graph/graph';

/** What is broken, in one line: failing and degraded nodes and edges, worst first; or that nothing is. */
export function TroubleStrip({
  graph,
  onSelect,
}: {
  readonly graph: Graph;
  readonly onSelect: (selection: Selection) => void;
}): JSX.Element {
  const list = troubles(graph);
  const failing = list.filter(({ status }) => status === 'failing').length;
  const degraded = list.length - failing;
  const isBlind = graph.gaps.some(({ source }) => source !== 'jaeger');
  return (
    <section className={classes.strip} aria-label="What is broken">
      <p className={classes.summary} role="status">
        {failing > 0 && (
          <span data-tone="failing">
            <StatusGlyph status="failing" /> {failing} failing
          </span>
        )}
        {degraded > 0 && (
          <span data-tone="degraded">
            <StatusGlyph status="degraded" /> {degraded} degraded
          </span>
        )}
        {list.length === 0 && <Calm graph={graph} isBlind={isBlind} />}
      </p>
      {list.length > 0 && (
        <ul className={classes.list}>
          {list.map((trouble) => (
            <TroubleItem
              key={`${trouble.selection.kind} ${trouble.selection.id}`}
              trouble={trouble}
              onSelect={onSelect}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function Calm({
  graph,
  isBlind,
}: {
  readonly graph: Graph;
  readonly isBlind: boolean;
}): JSX.Element {
  const count = (status: string) =>
    graph.nodes.filter(({ health }) => health.status === status).length;
  if (isBlind) {
    return (
      <span>
        <StatusGlyph status="unknown" /> Nothing known to be broken, but not everything is measured
      </span>
    );
  }
  return (
    <span data-tone="healthy">
      <StatusGlyph status="healthy" /> Nothing broken: {count('healthy')} healthy, {count('idle')}{' '}
      idle
      {count('unknown') > 0 && `, ${count('unknown')} not measured`}
    </span>
  );
}

function TroubleItem({
  trouble,
  onSelect,
}: {
  readonly trouble: Trouble;
  readonly onSelect: (selection: Selection) => void;
}): JSX.Element {
  return (
    <li>
      <button
        type="button"
        className={classes.item}
        title={trouble.reason}
        onClick={() => onSelect(trouble.selection)}
      >
        <StatusGlyph status={trouble.status} size={12} />
        <span className="fanari-visually-hidden">{STATUS_WORD[trouble.status]}</span>
        <b>{trouble.name}</b>
        <span>{trouble.figure}</span>
      </button>
    </li>
  );
}
