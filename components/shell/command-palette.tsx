'use client';

import '@mantine/spotlight/styles.css';
import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import type { JSX } from 'react';
import { graphQuery } from '@/components/queries/graph-query';
import { statusQuery } from '@/components/queries/status-query';
import { paletteActions } from '@/components/shell/palette-actions';
import { buildUrlQuery, DEFAULT_URL_STATE } from '@/components/shell/url-state';
import { useUrlState } from '@/components/shell/use-url-state';
import { StatusGlyph } from '@/components/ui/status-glyph';

const SHOWN_AT_MOST = 12;

/** The command palette: everything that can be gone to or changed, by name. Opens whenever `requests` grows. */
export function CommandPalette({ requests }: { readonly requests: number }): JSX.Element {
  const router = useRouter();
  const { state, update } = useUrlState();
  const { setColorScheme } = useMantineColorScheme();
  // On the graph page it is there already; elsewhere it is asked for with the first opening.
  const { data: graph } = useQuery(graphQuery(state));
  const { data: status } = useQuery(statusQuery());
  useEffect(() => {
    if (requests > 0) spotlight.open();
  }, [requests]);
  const actions = paletteActions({
    state,
    nodes: graph?.nodes ?? [],
    namespaces: status?.namespaces.map(({ name }) => name) ?? [],
    windows: status?.windows ?? [],
    goTo: (path, patch) => {
      const { namespaces, window, paused } = state;
      const query = buildUrlQuery({ ...DEFAULT_URL_STATE, namespaces, window, paused, ...patch });
      const isHere = path === '/' && document.querySelector('[data-page="graph"]') !== null;
      if (isHere) update(patch);
      else router.push(query === '' ? path : `${path}?${query}`);
    },
    update,
    setColorScheme,
  });
  return (
    <Spotlight
      shortcut={null}
      limit={SHOWN_AT_MOST}
      scrollable
      maxHeight={480}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      attributes={{ content: { 'aria-label': 'Command palette' } }}
      styles={{ actionDescription: { opacity: 1, color: 'inherit' } }}
      nothingFound="Nothing of that name"
      searchProps={{
        placeholder: 'Node, namespace or command',
        'aria-label': 'Node, namespace or command',
      }}
      actions={actions.map(({ group, actions: entries }) => ({
        group,
        actions: entries.map(({ status: health, run, hint, id, label, keywords }) => ({
          id,
          label,
          keywords,
          description: hint,
          onClick: run,
          leftSection: health === null ? null : <StatusGlyph status={health} />,
        })),
      }))}
    />
  );
}
