'use client';

import type { JSX } from 'react';
import { withCluster } from '@/components/ui/with-cluster';
import { enteringEdges } from '@/components/panels/entering-edges';
import { HealthCounts } from '@/components/panels/health-counts';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelHead } from '@/components/panels/panel-head';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { TotalsSection } from '@/components/panels/totals-section';
import { VerdictCounts } from '@/components/panels/verdict-counts';
import { WorstNodes } from '@/components/panels/worst-nodes';

/** The whole picture: what is worst, health and mTLS counts, totals, and every traffic split. */
export function MeshPanel(): JSX.Element {
  const { graph, splits, select } = usePanelContext();
  const troubled = graph.nodes.filter(
    ({ health }) => health.status === 'failing' || health.status === 'degraded',
  );
  const entering = enteringEdges(graph);
  const scope = graph.namespaces.length === 0 ? 'All namespaces' : graph.namespaces.join(', ');
  return (
    <>
      <PanelHead kind={scope} title={`${graph.nodes.length} nodes, ${graph.edges.length} edges`} />
      <PanelSection title="Health of nodes">
        <HealthCounts items={graph.nodes} />
      </PanelSection>
      {troubled.length > 0 && <WorstNodes title="Worst" nodes={troubled} limit={8} />}
      <TotalsSection title="Entering the mesh" edges={entering} />
      <PanelSection title="mTLS of edges">
        <VerdictCounts edges={graph.edges} />
      </PanelSection>
      {splits.length > 0 && (
        <PanelSection title="Traffic splits">
          <ul className={classes.list}>
            {splits.map((split) => (
              <li key={split.id}>
                <button
                  type="button"
                  className={classes.item}
                  onClick={() => select({ kind: 'split', id: split.id })}
                >
                  <span className={classes.itemMain}>
                    {withCluster(split.object.name, split.object.cluster)}
                  </span>
                  <span className={classes.itemSide}>
                    {split.destinations
                      .map(({ label, effectiveWeight }) => `${label} ${effectiveWeight}`)
                      .join(' · ')}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </PanelSection>
      )}
    </>
  );
}
