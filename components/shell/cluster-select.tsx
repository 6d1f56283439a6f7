'use client';

import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { statusQuery } from '@/components/queries/status-query';
import { SelectControl } from '@/components/shell/select-control';
import { useUrlState } from '@/components/shell/use-url-state';

/** Picks one cluster or all; draws nothing where one cluster is watched. */
export function ClusterSelect(): JSX.Element | null {
  const { state, update } = useUrlState();
  const { data: status } = useQuery(statusQuery());
  if (status?.clusters === undefined) return null;
  const names = new Set(status.clusters.map(({ name }) => name));
  if (state.cluster !== null) names.add(state.cluster);
  return (
    <SelectControl
      label="Cluster"
      value={state.cluster ?? ''}
      options={[
        { value: '', text: 'All' },
        ...[...names].map((name) => ({ value: name, text: name })),
      ]}
      onChange={(name) => update({ cluster: name === '' ? null : name })}
    />
  );
}
