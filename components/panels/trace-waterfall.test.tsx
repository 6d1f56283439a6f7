import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { TraceWaterfall } from '@/components/panels/trace-waterfall';
import { statusQuery } from '@/components/queries/status-query';
import { traceQuery } from '@/components/queries/trace-query';

afterEach(cleanup);

function renderTrace(jaegerPublicUrl: string | null): void {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const traceId = '4bf92f3577b34da6';
  const answers: [readonly unknown[], unknown][] = [
    [statusQuery().queryKey, { jaegerPublicUrl }],
    [traceQuery(traceId).queryKey, { rootName: 'GET /', durationMs: 1, spans: [] }],
  ];
  for (const [key, answer] of answers) client.setQueryData(key, answer);
  render(
    <QueryClientProvider client={client}>
      <TraceWaterfall traceId={traceId} />
    </QueryClientProvider>,
  );
}

it('leads to the trace on the pages of Jaeger', () => {
  renderTrace('https://jaeger.example.com/ui');
  const link = screen.getByRole('link', { name: 'Open in Jaeger' });
  expect(link.getAttribute('href')).toBe('https://jaeger.example.com/ui/trace/4bf92f3577b34da6');
});

it('leads nowhere where it is not known where those pages are', () => {
  renderTrace(null);
  expect(screen.queryByRole('link')).toBeNull();
});
