'use client';

import type { JSX } from 'react';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { formatBytesPerSecond } from '@/components/ui/format-bytes-per-second';
import { formatRate } from '@/components/ui/format-rate';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { STATUS_ORDER, STATUS_WORD } from '@/components/ui/status-word';
import type { GraphEdge, GraphNode } from '@/mesh/graph/graph';

/** The edges of a node, callers and called apart, worst first; each opens the edge. */
export function NeighboursSection({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const { graph } = usePanelContext();
  const callers = graph.edges.filter(({ target }) => target === node.id);
  const called = graph.edges.filter(({ source }) => source === node.id);
  if (callers.length + called.length === 0) return null;
  return (
    <>
      {callers.length > 0 && (
        <PanelSection title={`Called by ${callers.length}`}>
          <EdgeList edges={callers} end="source" />
        </PanelSection>
      )}
      {called.length > 0 && (
        <PanelSection title={`Calls ${called.length}`}>
          <EdgeList edges={called} end="target" />
        </PanelSection>
      )}
    </>
  );
}

function EdgeList({
  edges,
  end,
}: {
  readonly edges: readonly GraphEdge[];
  readonly end: 'source' | 'target';
}): JSX.Element {
  const { graph, select } = usePanelContext();
  const labels = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const sorted = [...edges].sort(
    (a, b) =>
      STATUS_ORDER[a.health.status] - STATUS_ORDER[b.health.status] ||
      (b.rps ?? -1) - (a.rps ?? -1),
  );
  return (
    <ul className={classes.list}>
      {sorted.map((edge) => (
        <li key={edge.id}>
          <button
            type="button"
            className={classes.item}
            onClick={() => select({ kind: 'edge', id: edge.id })}
          >
            <StatusGlyph status={edge.health.status} size={12} />
            <span className="fanari-visually-hidden">{STATUS_WORD[edge.health.status]}</span>
            <span className={classes.itemMain}>{labels.get(edge[end]) ?? edge[end]}</span>
            <span className={classes.itemSide}>
              {edge.protocol === 'tcp'
                ? formatBytesPerSecond(edge.tcpRequestBytesPerSecond)
                : formatRate(edge.rps)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
