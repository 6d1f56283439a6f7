'use client';

import { Kbd, Modal } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import type { JSX } from 'react';
import classes from '@/components/shell/app-shell.module.css';
import help from '@/components/shell/keyboard-help.module.css';
import { SHORTCUTS } from '@/components/shell/shortcuts';

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
      <Modal
        opened={isOpen}
        onClose={close}
        title="Keyboard"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {SHORTCUTS.map(({ group, entries }) => (
          <section key={group}>
            <h3 className={help.group}>{group}</h3>
            <dl className={help.list}>
              {entries.map(({ keys, does }) => (
                <div key={does} className={help.entry}>
                  <dt>{does}</dt>
                  <dd>
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </Modal>
    </>
  );
}
