'use client';

import { Kbd, Modal } from '@mantine/core';
import type { JSX } from 'react';
import classes from '@/components/shell/keyboard-help.module.css';
import { SHORTCUTS } from '@/components/shell/shortcuts';

/** The dialog that lists every shortcut. */
export function ShortcutList({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Modal opened onClose={onClose} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
      {SHORTCUTS.map(({ group, entries }) => (
        <section key={group}>
          <h3 className={classes.group}>{group}</h3>
          <dl>
            {entries.map(({ keys, does }) => (
              <div key={does} className={classes.entry}>
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
  );
}
