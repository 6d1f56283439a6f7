import { expect, test } from 'vitest';
import { MOST_STREAMS, streamRefusal } from '@/server/usecases/stream-refusal';

const query = { windowSeconds: 90, view: 'workload', namespaces: [] } as const;
const room = { open: 0, isWindowRead: true, hasRoom: true };

test('a stream is begun while there is room', () => {
  expect(streamRefusal(query, { ...room, open: MOST_STREAMS - 1 })).toBeNull();
});

test.each([
  ['too many streams', { open: MOST_STREAMS }, '300 streams'],
  ['too many windows', { isWindowRead: false }, '90s'],
  ['too much that is looked at', { hasRoom: false }, 'memory'],
])('with %s it is refused, saying what to do instead', (_, load, words) => {
  const problem = streamRefusal(query, { ...room, ...load });
  expect(problem).toMatchObject({ status: 503, type: 'urn:fanari:problem:too-many-streams' });
  expect(problem?.detail).toContain(words);
});
