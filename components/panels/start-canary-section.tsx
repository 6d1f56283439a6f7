'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { canaryCandidatesQuery } from '@/components/queries/canary-queries';
import type { GraphNode } from '@/mesh/graph/graph';
import type { CanaryCandidate } from '@/mesh/splits/canary';

/** Offers to start a canary for each service of the node that has several versions and no route; else nothing. */
export function StartCanarySection({
  node,
  namespace,
}: {
  readonly node: GraphNode;
  readonly namespace: string;
}): JSX.Element | null {
  const { isPaused } = usePanelContext();
  const { data } = useQuery(canaryCandidatesQuery(namespace, isPaused));
  const candidates = data?.candidates.filter(({ host }) => node.hosts.includes(host)) ?? [];
  if (candidates.length === 0) return null;
  return (
    <>
      {candidates.map((candidate) => (
        <CandidateSection key={candidate.id} candidate={candidate} />
      ))}
    </>
  );
}

function CandidateSection({ candidate }: { readonly candidate: CanaryCandidate }): JSX.Element {
  const { onCanaryStart, readOnlyReason } = usePanelContext();
  const { namespace, service, versions, apis } = candidate;
  const available = apis.filter(({ unavailable }) => unavailable === null);
  const usable = available.length > 0;
  const reasons = available.map(({ api }) => {
    const group = api === 'VirtualService' ? 'networking.istio.io' : 'gateway.networking.k8s.io';
    return readOnlyReason({ group, kind: api, namespace, name: '' });
  });
  const readOnly = reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
  return (
    <PanelSection title="Start a canary">
      <p className={classes.quiet}>
        {service} has {versions.length} versions and no route, so each ready pod gets the same
        share. A route lets you set the share of each version.
      </p>
      <table className={classes.table} style={{ margin: '10px 0' }}>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Workload</th>
            <th scope="col" className={classes.number}>
              Pods ready
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ version, workloads, readyPods }) => (
            <tr key={version}>
              <td>{version}</td>
              <td>{workloads.map((name) => name.slice(name.indexOf('/') + 1)).join(', ')}</td>
              <td className={classes.number}>{readyPods}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {readOnly !== null && <p className={classes.quiet}>{readOnly}</p>}
      {!usable &&
        apis.map(({ api, unavailable }) => (
          <p key={api} className={classes.quiet}>
            {api}: {unavailable}
          </p>
        ))}
      {!usable && apis.length === 0 && (
        <p className={classes.quiet}>
          The cluster serves neither Istio’s routes nor those of the Gateway API.
        </p>
      )}
      {readOnly === null && usable && (
        <Button size="xs" variant="default" onClick={() => onCanaryStart(candidate)}>
          Start a canary…
        </Button>
      )}
    </PanelSection>
  );
}
