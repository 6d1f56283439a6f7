'use client';

import { usePathname } from 'next/navigation';
import { Suspense } from 'react';
import type { JSX, ReactNode } from 'react';
import classes from '@/components/shell/app-shell.module.css';
import { NavigationRail } from '@/components/shell/navigation-rail';
import { PaletteHost } from '@/components/shell/palette-host';
import { TopBar } from '@/components/shell/top-bar';

/**
 * The frame of every page: skip link, rail, top bar and the page itself as the main landmark. The login page has none of it:
 * there is nothing to go to yet.
 */
export function AppShell({ children }: { readonly children: ReactNode }): JSX.Element {
  const isLogin = /^\/login\/?$/.test(usePathname());
  if (isLogin) return <main id="main">{children}</main>;
  return (
    <div className={classes.shell}>
      <a href="#main" className="fanari-skip">
        Skip to the page
      </a>
      <Suspense>
        <NavigationRail />
        <TopBar />
        <main id="main" className={classes.main} tabIndex={-1}>
          {children}
        </main>
        <PaletteHost />
      </Suspense>
    </div>
  );
}
