import type { Metadata } from 'next';
import { Suspense, type JSX } from 'react';
import { LoginPage } from '@/components/login/login-page';

export const metadata: Metadata = { title: 'Log in' };

export default function Page(): JSX.Element {
  return (
    <Suspense>
      <LoginPage />
    </Suspense>
  );
}
