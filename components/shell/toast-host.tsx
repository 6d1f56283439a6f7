'use client';

import dynamic from 'next/dynamic';
import type { JSX } from 'react';
import { useToastsWanted } from '@/components/shell/toasts';

const Notifications = dynamic(
  () => import('@mantine/notifications').then((module) => module.Notifications),
  { ssr: false },
);

/** The place of short messages; absent until there is one. */
export function ToastHost(): JSX.Element | null {
  return useToastsWanted() ? (
    <Notifications position="top-center" limit={3} autoClose={6_000} />
  ) : null;
}
