'use client';

import { Skeleton } from '@mantine/core';
import dynamic from 'next/dynamic';
import type { JSX } from 'react';
import type { Selection } from '@/components/graph/selection';
import { MeshPanel } from '@/components/panels/mesh-panel';
import { NamespacePanel } from '@/components/panels/namespace-panel';
import { usePanelContext } from '@/components/panels/panel-context';
import { StateMessage } from '@/components/ui/state-message';

const loading = () => <Skeleton height={240} role="status" aria-label="Loading" />;

const NodePanel = dynamic(
  () => import('@/components/panels/node-panel').then((module) => module.NodePanel),
  { loading },
);
const EdgePanel = dynamic(
  () => import('@/components/panels/edge-panel').then((module) => module.EdgePanel),
  { loading },
);
const SplitPanel = dynamic(
  () => import('@/components/panels/split-panel').then((module) => module.SplitPanel),
  { loading },
);

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
