'use client';

import { useMediaQuery } from '@mantine/hooks';
import dynamic from 'next/dynamic';
import type { JSX, ReactNode } from 'react';
import classes from '@/components/panels/side-panel.module.css';
import { usePanelWidth } from '@/components/panels/use-panel-width';

const SideDrawer = dynamic(
  () => import('@/components/panels/side-drawer').then((module) => module.SideDrawer),
  { ssr: false },
);

const NARROW = '(max-width: 1100px)';

/** The panel beside the graph, of a width that the user sets; below 1100 px a drawer that opens with a selection. */
export function SidePanel(props: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): JSX.Element | null {
  const isNarrow = useMediaQuery(NARROW, false);
  const { width, handle } = usePanelWidth();
  if (isNarrow) {
    return props.isOpen ? (
      <SideDrawer onClose={props.onClose}>
        <div className={classes.body}>
          <CloseControl onClose={props.onClose} />
          {props.children}
        </div>
      </SideDrawer>
    ) : null;
  }
  return (
    <aside className={classes.panel} style={{ width }} aria-label="Details">
      <div className={classes.handle} {...handle} />
      <div className={classes.body}>
        {props.isOpen && <CloseControl onClose={props.onClose} />}
        {props.children}
      </div>
    </aside>
  );
}

function CloseControl({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <button
      type="button"
      className={classes.close}
      onClick={onClose}
      aria-label="Clear the selection"
    >
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <path
          d="m2.5 2.5 9 9m0-9-9 9"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
        />
      </svg>
    </button>
  );
}
