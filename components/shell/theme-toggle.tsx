'use client';

import { useMantineColorScheme } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import type { JSX } from 'react';
import classes from '@/components/shell/app-shell.module.css';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;
const WORD = { auto: 'System', light: 'Light', dark: 'Dark' } as const;
const ICON = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon } as const;

/** Goes round system, light and dark; the choice is remembered in this browser. */
export function ThemeToggle(): JSX.Element {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isMounted = useMounted();
  const shown = isMounted ? colorScheme : 'auto';
  const Icon = ICON[shown];
  return (
    <button
      type="button"
      className={classes.entry}
      onClick={() => setColorScheme(NEXT[shown])}
      title={`Theme: ${WORD[shown]}; change to ${WORD[NEXT[shown]].toLowerCase()}`}
      aria-label={`Theme: ${WORD[shown]}`}
    >
      <Icon size={20} stroke={1.6} aria-hidden />
      {WORD[shown]}
    </button>
  );
}
