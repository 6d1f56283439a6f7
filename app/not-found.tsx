import type { Metadata } from 'next';
import Link from 'next/link';
import type { JSX } from 'react';
import { StateMessage } from '@/components/ui/state-message';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound(): JSX.Element {
  return (
    <StateMessage
      title="There is no such page"
      text="The address may be mistyped, or from another version."
    >
      <Link href="/">Open the service graph</Link>
    </StateMessage>
  );
}
