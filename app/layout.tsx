import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@/app/globals.css';
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { JSX, ReactNode } from 'react';
import { AppShell } from '@/components/shell/app-shell';
import { Providers } from '@/components/shell/providers';

export const metadata: Metadata = {
  title: { default: 'Fanari', template: '%s · Fanari' },
  description: 'Live service graph, mTLS and canary weights of a service mesh',
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#1a1f26' },
  ],
};

export default async function RootLayout({
  children,
}: {
  readonly children: ReactNode;
}): Promise<JSX.Element> {
  const incoming = await headers();
  const nonce = incoming.get('x-nonce') ?? '';
  const basePath = incoming.get('x-base-path') ?? '';
  return (
    <html lang="en" data-base-path={basePath} {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript nonce={nonce} defaultColorScheme="auto" />
      </head>
      <body>
        <Providers nonce={nonce}>
          <AppShell>{children}</AppShell>
        </Providers>
      </body>
    </html>
  );
}
