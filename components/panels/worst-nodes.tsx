'use client';

import type { JSX } from 'react';
import { usePanelContext } from '@/components/panels/panel-context';
import { failedShare } from '@/components/panels/decided-share';
import { healthFigure } from '@/components/panels/health-figure';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { formatRate } from '@/components/ui/format-rate';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { STATUS_ORDER, STATUS_WORD } from '@/components/ui/status-word';
import type { GraphNode } from '@/mesh/graph/graph';

/** Nodes, worst first, at most `limit`; each can be opened. */
export function WorstNodes(props: {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly limit: number;
}): JSX.Element {
  const { select } = usePanelContext();
  const sorted = [...props.nodes].sort(
    (a, b) =>
      STATUS_ORDER[a.health.status] - STATUS_ORDER[b.health.status] ||
      (failedShare(b.health, b.inbound) ?? -1) - (failedShare(a.health, a.inbound) ?? -1) ||
      a.label.localeCompare(b.label),
  );
  const rest = sorted.length - props.limit;
  return (
    <PanelSection title={props.title}>
      <ul className={classes.list}>
        {sorted.slice(0, props.limit).map((node) => (
          <li key={node.id}>
            <button
              type="button"
              className={classes.item}
              title={node.health.reason}
              onClick={() => select({ kind: 'node', id: node.id })}
            >
              <StatusGlyph status={node.health.status} size={12} />
              <span className="fanari-visually-hidden">{STATUS_WORD[node.health.status]}</span>
              <span className={classes.itemMain}>{node.label}</span>
              <span className={classes.itemSide}>
                {node.health.status === 'failing' || node.health.status === 'degraded'
                  ? healthFigure(node.health, node.inbound)
                  : formatRate(node.inbound.rps)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className={classes.quiet}>And {rest} more; the table lists all.</p>}
    </PanelSection>
  );
}
