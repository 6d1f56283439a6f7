import type { Metadata } from 'next';
import type { JSX } from 'react';
import { MtlsPage } from '@/components/mtls/mtls-page';

export const metadata: Metadata = { title: 'mTLS' };

export default function Page(): JSX.Element {
  return <MtlsPage />;
}
