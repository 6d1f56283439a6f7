'use client';

import { Button } from '@mantine/core';
import type { JSX } from 'react';
import { useUrlState } from '@/components/shell/use-url-state';
import { StateMessage } from '@/components/ui/state-message';

/** In place of a drawing of which everything is hidden. `nodes`: how many there would be. */
export function AllHidden({ nodes }: { readonly nodes: number }): JSX.Element {
  const { state, update } = useUrlState();
  return (
    <StateMessage
      title="Everything is hidden"
      text={
        <p>
          The expression <code>{state.hide}</code> under Hide fits all {nodes} nodes.
        </p>
      }
    >
      <Button onClick={() => update({ hide: '' })}>Hide nothing</Button>
    </StateMessage>
  );
}
