'use client';

import type { JSX } from 'react';
import { HealthCounts } from '@/components/panels/health-counts';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelHead } from '@/components/panels/panel-head';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { TotalsSection } from '@/components/panels/totals-section';
import { VerdictCounts } from '@/components/panels/verdict-counts';
import { WorstNodes } from '@/components/panels/worst-nodes';
import { useUrlState } from '@/components/shell/use-url-state';

/** One namespace: its health, traffic across its border, mTLS of what comes in, and its nodes. */
export function NamespacePanel({ namespace }: { readonly namespace: string }): JSX.Element {
  const { graph } = usePanelContext();
  const { update } = useUrlState();
  const nodes = graph.nodes.filter((node) => node.namespace === namespace);
  const ids = new Set(nodes.map(({ id }) => id));
  const inward = graph.edges.filter((edge) => ids.has(edge.target));
  const isOnlyOne = graph.namespaces.length === 1 && graph.namespaces[0] === namespace;
  return (
    <>
      <PanelHead kind="Namespace" title={namespace} />
      {!isOnlyOne && (
        <div style={{ padding: '0 16px 14px' }}>
          <button
            type="button"
            className={classes.link}
            onClick={() => update({ namespaces: [namespace] })}
          >
            Show only this namespace
          </button>
        </div>
      )}
      <PanelSection title="Health">
        <HealthCounts items={nodes} />
      </PanelSection>
      <TotalsSection
        title="Coming in from elsewhere"
        edges={inward.filter((edge) => !ids.has(edge.source))}
      />
      <TotalsSection
        title="Going out elsewhere"
        edges={graph.edges.filter((edge) => ids.has(edge.source) && !ids.has(edge.target))}
      />
      <PanelSection title="mTLS of what comes in">
        <VerdictCounts edges={inward} />
      </PanelSection>
      <WorstNodes title={`${nodes.length} nodes`} nodes={nodes} limit={50} />
    </>
  );
}
