'use client';

import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { followGaps } from '@/components/queries/follow-gaps';
import { createQueryClient } from '@/components/queries/query-client';
import { fanariTheme } from '@/components/shell/theme';
import { ToastHost } from '@/components/shell/toast-host';

/** Theme, server state and notifications for everything below. `nonce` lets the theme's style element pass the CSP. */
export function Providers({
  nonce,
  children,
}: {
  readonly nonce: string;
  readonly children: ReactNode;
}): JSX.Element {
  const [client] = useState(() => {
    allowInjectedStyles(nonce);
    return createQueryClient();
  });
  useEffect(() => followGaps(client), [client]);
  return (
    <MantineProvider theme={fanariTheme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={client}>
        <ToastHost />
        {children}
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Dialogs lock the page's scrolling by a style element whose nonce is read from this global. */
function allowInjectedStyles(nonce: string): void {
  if (typeof window !== 'undefined') Object.assign(window, { __webpack_nonce__: nonce });
}
