import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { statusQuery } from '@/components/queries/status-query';
import { SourceChips } from '@/components/shell/source-chips';

beforeAll(() => {
  // jsdom has none, and Mantine asks for the colour scheme.
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
});

afterEach(cleanup);

function renderChips(product?: string): void {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const traces = { source: 'jaeger', state: 'ok', message: null, sinceMs: 1 };
  client.setQueryData(statusQuery().queryKey, {
    sources: [{ ...traces, ...(product === undefined ? {} : { product }) }],
  } as never);
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <SourceChips />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

it('names the product that was found, and its API to whoever asks', () => {
  renderChips('Jaeger (API v3)');
  const chip = screen.getByRole('link', { name: 'Jaeger (API v3) answers.' });
  expect(chip.textContent).toBe('Jaeger');
});

it('names Tempo where that answers', () => {
  renderChips('Grafana Tempo');
  expect(screen.getByRole('link', { name: 'Grafana Tempo answers.' }).textContent).toBe(
    'Grafana Tempo',
  );
});

it('names the source while nothing is known of its product', () => {
  renderChips();
  expect(screen.getByRole('link', { name: 'Jaeger answers.' }).textContent).toBe('Jaeger');
});
