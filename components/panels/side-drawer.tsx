'use client';

import { Drawer } from '@mantine/core';
import type { JSX, ReactNode } from 'react';

/** The side panel as a drawer, for narrow windows. */
export function SideDrawer(props: {
  readonly onClose: () => void;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <Drawer.Root
      opened
      onClose={props.onClose}
      position="right"
      size={420}
      // The page listens itself, and tells whether another drawer stands over this one.
      closeOnEscape={false}
    >
      <Drawer.Overlay backgroundOpacity={0.2} />
      <Drawer.Content aria-label="Details" data-details>
        <Drawer.Body p={0} h="100%">
          {props.children}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
