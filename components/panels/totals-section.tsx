'use client';

import type { JSX } from 'react';
import { Figure } from '@/components/panels/figure';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { sumEdges } from '@/components/panels/sum-edges';
import { unknownReason } from '@/components/panels/unknown-reason';
import { whereFrom, type FigureName } from '@/components/panels/where-from';
import { formatBytesPerSecond } from '@/components/ui/format-bytes-per-second';
import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import type { GraphEdge } from '@/mesh/graph/graph';

/** Traffic of several edges together; draws nothing without edges. */
export function TotalsSection({
  title,
  edges,
}: {
  readonly title: string;
  readonly edges: readonly GraphEdge[];
}): JSX.Element | null {
  const { graph } = usePanelContext();
  if (edges.length === 0) return null;
  const totals = sumEdges(edges);
  const from = (figure: FigureName) =>
    `Sum over ${edges.length} edges: ${whereFrom(figure, 'merged', graph.windowSeconds)}`;
  return (
    <PanelSection title={title}>
      <dl className={classes.figures}>
        <Figure
          label="Requests"
          value={formatRate(totals.rps)}
          from={from('rps')}
          unknownReason={unknownReason(graph)}
        />
        <Figure
          label="Errors"
          value={formatRatio(totals.errorRatio)}
          from={from('errors')}
          unknownReason="no requests"
        />
        <Figure
          label="Bytes"
          value={formatBytesPerSecond(totals.bytesPerSecond)}
          from={from('response-bytes')}
        />
        {totals.tcpBytesPerSecond !== null && (
          <Figure
            label="TCP"
            value={formatBytesPerSecond(totals.tcpBytesPerSecond)}
            from={from('tcp-request-bytes')}
          />
        )}
      </dl>
    </PanelSection>
  );
}
