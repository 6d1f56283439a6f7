import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followGaps } from '@/components/queries/follow-gaps';
import { statusQuery } from '@/components/queries/status-query';

const away = [{ source: 'prometheus', kind: 'overloaded', what: 'traffic figures' }];
const key = ['graph', 'workload', '60s', []];
let client: QueryClient;
let asked: number;
let stop: () => void;

beforeEach(async () => {
  client = new QueryClient();
  asked = 0;
  const status = new QueryObserver(client, {
    queryKey: statusQuery().queryKey,
    queryFn: () => (asked += 1),
  });
  const unsubscribe = status.subscribe(() => undefined);
  await vi.waitFor(() => expect(asked).toBe(1));
  const unfollow = followGaps(client);
  stop = () => {
    unfollow();
    unsubscribe();
    client.clear();
  };
});

afterEach(() => stop());

test('the status is asked for as soon as a source goes missing and as soon as it is back', async () => {
  client.setQueryData(key, { gaps: [] });
  client.setQueryData(key, { gaps: away });
  await vi.waitFor(() => expect(asked).toBe(2));
  client.setQueryData(key, { gaps: [] });
  await vi.waitFor(() => expect(asked).toBe(3));
});

test('answers that lack the same as before ask for nothing', async () => {
  client.setQueryData(key, { gaps: away });
  await vi.waitFor(() => expect(asked).toBe(2));
  client.setQueryData(key, { gaps: [...away, ...away] });
  client.setQueryData(['config', 'x'], { yaml: '' });
  client.setQueryData(['splits'], { gaps: [] });
  await client.getQueryCache().find({ queryKey: ['status'] })?.promise;
  expect(asked).toBe(2);
});
