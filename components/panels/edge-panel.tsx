'use client';

import type { JSX } from 'react';
import { Figure } from '@/components/panels/figure';
import { MtlsSection } from '@/components/panels/mtls-section';
import { carriesTraffic, noShareReason } from '@/components/ui/no-share-reason';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelHead } from '@/components/panels/panel-head';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { SeriesSection } from '@/components/panels/series-section';
import { TracesSection } from '@/components/panels/traces-section';
import { TrafficSection } from '@/components/panels/traffic-section';
import { unknownReason } from '@/components/panels/unknown-reason';
import { whereFrom } from '@/components/panels/where-from';
import { formatRatio } from '@/components/ui/format-ratio';
import type { GraphEdge } from '@/mesh/graph/graph';

const REPORTER = {
  source: 'reported by the client’s proxy',
  destination: 'reported by the server’s proxy',
  waypoint: 'reported by the waypoint',
} as const;

/** Everything about one edge. */
export function EdgePanel({ edge }: { readonly edge: GraphEdge }): JSX.Element {
  const { graph } = usePanelContext();
  const label = (id: string) => graph.nodes.find((node) => node.id === id)?.label ?? id;
  const origin = edge.reporter === null ? 'known from a route only' : REPORTER[edge.reporter];
  const kind = `${edge.protocol.toUpperCase()} edge · ${origin}${edge.mirrored ? ' · mirrored copy' : ''}`;
  return (
    <>
      <PanelHead
        kind={kind}
        title={`${label(edge.source)} → ${label(edge.target)}`}
        health={edge.health}
      />
      <PanelSection title="Between">
        <ul className={classes.list}>
          <EndLink id={edge.source} role="From" />
          <EndLink id={edge.target} role="To" />
        </ul>
        {edge.share !== null && (
          <dl className={classes.figures} style={{ marginTop: 8 }}>
            <Figure
              label="Share"
              value={formatRatio(edge.share)}
              from={whereFrom('share', edge.reporter, graph.windowSeconds)}
            />
          </dl>
        )}
        {edge.destinationService !== null && (
          <dl className={classes.pair}>
            <dt>Asked for</dt>
            <dd className={classes.mono}>{edge.destinationService}</dd>
          </dl>
        )}
      </PanelSection>
      <TrafficSection
        title="Traffic"
        rates={edge}
        reporter={edge.reporter}
        windowSeconds={graph.windowSeconds}
        unknownReason={unknownReason(graph, edge.origin)}
        isTcp={edge.protocol === 'tcp'}
      />
      <SeriesSection kind="edge" id={edge.id} isTcp={edge.protocol === 'tcp'} />
      <MtlsSection
        mtls={edge.mtls}
        windowSeconds={graph.windowSeconds}
        noShare={noShareReason(graph.gaps, edge.origin === 'telemetry' && carriesTraffic(edge))}
      />
      <TracesSection kind="edge" id={edge.id} />
    </>
  );
}

function EndLink({ id, role }: { readonly id: string; readonly role: string }): JSX.Element {
  const { graph, select } = usePanelContext();
  const node = graph.nodes.find((candidate) => candidate.id === id);
  return (
    <li>
      <button type="button" className={classes.item} onClick={() => select({ kind: 'node', id })}>
        <span className={classes.itemSide}>{role}</span>
        <span className={classes.itemMain}>{node?.label ?? id}</span>
        <span className={classes.itemSide}>{node?.namespace ?? 'outside'}</span>
      </button>
    </li>
  );
}
