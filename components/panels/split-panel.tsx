'use client';

import { withCluster } from '@/components/ui/with-cluster';
import { refKey } from '@/mesh/topology/object';
import type { JSX } from 'react';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelHead } from '@/components/panels/panel-head';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { SplitSection } from '@/components/panels/split-section';
import type { TrafficSplit } from '@/mesh/splits/split';

/** One traffic split, with the other rules of the same object. */
export function SplitPanel({ split }: { readonly split: TrafficSplit }): JSX.Element {
  const { graph, splits, select } = usePanelContext();
  const { object } = split;
  const siblings = splits.filter(
    (other) => other.id !== split.id && refKey(other.object) === refKey(object),
  );
  const node = graph.nodes.find((candidate) => candidate.splits.includes(split.id));
  return (
    <>
      <PanelHead
        kind={`${withCluster(`${object.kind} in ${object.namespace}`, object.cluster)} · ${split.protocol.toUpperCase()}`}
        title={object.name}
      />
      <SplitSection split={split} />
      <PanelSection title="Applies to">
        <dl className={classes.pair} style={{ marginTop: 0 }}>
          <dt>Hosts</dt>
          <dd className={classes.mono}>{split.hosts.join(', ')}</dd>
          <dt>Callers</dt>
          <dd>
            {split.parents
              .map((parent) => (parent === 'mesh' ? 'everything in the mesh' : `gateway ${parent}`))
              .join(', ')}
          </dd>
        </dl>
        {node !== undefined && (
          <button
            type="button"
            className={classes.link}
            style={{ marginTop: 8 }}
            onClick={() => select({ kind: 'node', id: node.id })}
          >
            Open the service {node.label}
          </button>
        )}
      </PanelSection>
      {siblings.map((sibling) => (
        <SplitSection key={sibling.id} split={sibling} />
      ))}
    </>
  );
}
