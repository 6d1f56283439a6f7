'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import type { JSX } from 'react';
import { sessionQuery } from '@/components/queries/session-query';

const UserMenu = dynamic(
  () => import('@/components/shell/user-menu').then((module) => module.UserMenu),
  { ssr: false },
);

/** Keeps the login alive, and shows who is logged in; loads and shows nothing where nobody needs to log in. */
export function UserMenuHost(): JSX.Element | null {
  const { data: session } = useQuery(sessionQuery());
  const hasMenu = session?.isLoggedIn === true && session.strategy !== 'anonymous';
  return hasMenu ? <UserMenu session={session} /> : null;
}
