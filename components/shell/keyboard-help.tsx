'use client';

import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import type { JSX } from 'react';
import classes from '@/components/shell/app-shell.module.css';

const ShortcutList = dynamic(
  () => import('@/components/shell/shortcut-list').then((module) => module.ShortcutList),
  { ssr: false },
);

/** The keyboard entry of the rail, and the list of shortcuts that it (or `?`) opens. */
export function KeyboardHelp(): JSX.Element {
  const [isOpen, { open, close }] = useDisclosure(false);
  useHotkeys([['shift+?', open]]);
  return (
    <>
      <button type="button" className={classes.entry} onClick={open} aria-haspopup="dialog">
        <IconKeyboard size={20} stroke={1.6} aria-hidden />
        Keys
      </button>
      {isOpen && <ShortcutList onClose={close} />}
    </>
  );
}
