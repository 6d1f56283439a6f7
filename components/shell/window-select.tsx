'use client';

import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { statusQuery } from '@/components/queries/status-query';
import { SelectControl } from '@/components/shell/select-control';
import { useUrlState } from '@/components/shell/use-url-state';
import { formatWindow } from '@/mesh/format-window';

/** Picks the window that rates are taken over, from those that the metrics store can answer. */
export function WindowSelect(): JSX.Element {
  const { state, update } = useUrlState();
  const { data: status } = useQuery(statusQuery());
  const options = (status?.windows ?? []).map(({ label, seconds }) => ({
    value: label,
    text: formatWindow(seconds),
  }));
  return (
    <SelectControl
      label="Last"
      value={state.window}
      options={options}
      onChange={(window) => update({ window })}
    />
  );
}
