'use client';

import { useHotkeys } from '@mantine/hooks';
import dynamic from 'next/dynamic';
import type { JSX } from 'react';
import { openPalette, usePaletteRequests } from '@/components/shell/palette-request';
import { useUrlState } from '@/components/shell/use-url-state';

const CommandPalette = dynamic(
  () => import('@/components/shell/command-palette').then((module) => module.CommandPalette),
  { ssr: false },
);

/** Listens for the shortcuts that work everywhere, and loads the palette when it is first asked for. */
export function PaletteHost(): JSX.Element | null {
  const requests = usePaletteRequests();
  const { state, update } = useUrlState();
  useHotkeys([
    ['mod+K', openPalette],
    ['P', () => update({ paused: !state.paused }, false)],
  ]);
  return requests === 0 ? null : <CommandPalette requests={requests} />;
}
