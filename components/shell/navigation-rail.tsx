'use client';

import { IconLock, IconStethoscope, IconTopologyStar3 } from '@tabler/icons-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ComponentType, JSX } from 'react';
import classes from '@/components/shell/app-shell.module.css';
import { KeyboardHelp } from '@/components/shell/keyboard-help';
import { LanternMark } from '@/components/shell/lantern-mark';
import { scopeQuery } from '@/components/shell/scope-query';
import { ThemeToggle } from '@/components/shell/theme-toggle';
import { useUrlState } from '@/components/shell/use-url-state';

const PAGES: readonly {
  href: string;
  label: string;
  icon: ComponentType<{ size: number; stroke: number }>;
}[] = [
  { href: '/', label: 'Graph', icon: IconTopologyStar3 },
  { href: '/mtls', label: 'mTLS', icon: IconLock },
  { href: '/doctor', label: 'Doctor', icon: IconStethoscope },
];

/** The rail on the left: the mark, one entry per page (keeping window and namespaces), help and theme. */
export function NavigationRail(): JSX.Element {
  const pathname = usePathname();
  const { state } = useUrlState();
  const query = scopeQuery(state);
  return (
    <nav className={classes.rail} aria-label="Pages">
      <Link href="/" className={classes.home} aria-label="Fanari, start page" title="Fanari">
        <LanternMark size={30} />
      </Link>
      {PAGES.map(({ href, label, icon: Icon }) => (
        <Link
          key={href}
          href={`${href}${query}`}
          className={classes.entry}
          aria-current={pathname === href ? 'page' : undefined}
        >
          <Icon size={20} stroke={1.6} aria-hidden />
          {label}
        </Link>
      ))}
      <span className={classes.spacer} />
      <KeyboardHelp />
      <ThemeToggle />
    </nav>
  );
}
