import { Skeleton } from '@mantine/core';
import type { JSX } from 'react';

export default function Loading(): JSX.Element {
  return (
    <div role="status" aria-label="Loading" style={{ padding: 16 }}>
      <Skeleton height={32} mb={16} />
      <Skeleton height={320} />
    </div>
  );
}
