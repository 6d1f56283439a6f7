import type { Metadata } from 'next';
import type { JSX } from 'react';
import { GraphPage } from '@/components/panels/graph-page';

export const metadata: Metadata = { title: 'Graph' };

export default function Page(): JSX.Element {
  return <GraphPage />;
}
