'use client';

import type { JSX } from 'react';
import type { Selection } from '@/components/graph/selection';
import { EdgePanel } from '@/components/panels/edge-panel';
import { MeshPanel } from '@/components/panels/mesh-panel';
import { NamespacePanel } from '@/components/panels/namespace-panel';
import { NodePanel } from '@/components/panels/node-panel';
import { usePanelContext } from '@/components/panels/panel-context';
import { SplitPanel } from '@/components/panels/split-panel';
import { StateMessage } from '@/components/ui/state-message';

/** The panel of whatever is selected; of the mesh when nothing is. */
export function SelectionPanel({
  selection,
}: {
  readonly selection: Selection | null;
}): JSX.Element {
  const { graph, splits } = usePanelContext();
  if (selection === null) return <MeshPanel />;
  const { kind, id } = selection;
  if (kind === 'namespace') return <NamespacePanel namespace={id} />;
  if (kind === 'node') {
    const node = graph.nodes.find((candidate) => candidate.id === id);
    return node === undefined ? <Gone what="node" id={id} /> : <NodePanel key={id} node={node} />;
  }
  if (kind === 'edge') {
    const edge = graph.edges.find((candidate) => candidate.id === id);
    return edge === undefined ? <Gone what="edge" id={id} /> : <EdgePanel key={id} edge={edge} />;
  }
  const split = splits.find((candidate) => candidate.id === id);
  return split === undefined ? (
    <Gone what="split" id={id} />
  ) : (
    <SplitPanel key={id} split={split} />
  );
}

function Gone({ what, id }: { readonly what: string; readonly id: string }): JSX.Element {
  const isBlind = usePanelContext().graph.gaps.some(({ source }) => source === 'prometheus');
  return (
    <StateMessage
      title={`This ${what} is not in the picture`}
      text={
        <>
          <p>
            <code>{id}</code>
          </p>
          <p>
            {isBlind
              ? 'Without figures from Prometheus nobody can tell whether it carries traffic. It comes back with them.'
              : 'It carried no traffic in this window, is in another namespace or view, or is gone.'}
          </p>
        </>
      }
    />
  );
}
