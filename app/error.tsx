'use client';

import { Button } from '@mantine/core';
import type { JSX } from 'react';
import { StateMessage } from '@/components/ui/state-message';

export default function ErrorPage({
  error,
  reset,
}: {
  readonly error: Error;
  readonly reset: () => void;
}): JSX.Element {
  return (
    <StateMessage
      tone="failing"
      title="This page broke"
      text={`A fault in Fanari itself: ${error.message}`}
    >
      <Button onClick={reset}>Draw it again</Button>
    </StateMessage>
  );
}
