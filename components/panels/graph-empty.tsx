'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { usePanelContext } from '@/components/panels/panel-context';
import { statusQuery } from '@/components/queries/status-query';
import { useUrlState } from '@/components/shell/use-url-state';
import { StateMessage } from '@/components/ui/state-message';

/** Why there is nothing to draw, and what can be done about it. */
export function GraphEmpty(): JSX.Element {
  const { graph } = usePanelContext();
  const { update } = useUrlState();
  const { data: status } = useQuery(statusQuery());
  if (graph.namespaces.length > 0) {
    return (
      <StateMessage
        title="Nothing here"
        text={`${graph.namespaces.join(', ')} ${graph.namespaces.length === 1 ? 'has' : 'have'} no workloads, services or traffic.`}
      >
        <Button onClick={() => update({ namespaces: [] })}>Show all namespaces</Button>
      </StateMessage>
    );
  }
  const injected = status?.namespaces.filter((namespace) => namespace.injected).length;
  return (
    <StateMessage
      title="No workloads yet"
      text={
        <>
          <p>Fanari sees no workload in this cluster that takes part in the mesh.</p>
          {injected === 0 && (
            <p>
              No namespace is labelled for injection. Label one with{' '}
              <code>istio-injection=enabled</code> and restart its workloads.
            </p>
          )}
          {graph.gaps.length > 0 && (
            <p>Part of the data is missing, as said above; that may be the reason.</p>
          )}
        </>
      }
    />
  );
}
