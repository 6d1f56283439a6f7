import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphConnection, type ConnectionState } from '@/components/queries/graph-connection';
import { graphQuery } from '@/components/queries/graph-query';
import { sampleGraph } from '@/tests/support/sample-graph';

/** Stands for the browser's EventSource: records what is opened and lets a test say what arrives. */
class FakeEventSource extends EventTarget {
  static all: FakeEventSource[] = [];
  isClosed = false;
  constructor(readonly url: string) {
    super();
    FakeEventSource.all.push(this);
  }
  close(): void {
    this.isClosed = true;
  }
  receive(type: string, data = '{}', lastEventId = ''): void {
    this.dispatchEvent(Object.assign(new Event(type), { data, lastEventId }));
  }
  fail(): void {
    this.dispatchEvent(new Event('error'));
  }
  static get latest(): FakeEventSource {
    const latest = FakeEventSource.all.at(-1);
    if (latest === undefined) throw new Error('No stream was opened');
    return latest;
  }
}

const scope = { view: 'workload', window: '60s', namespaces: [] } as const;
const { graph } = sampleGraph({ nodes: 6, namespaces: 1, seed: 1 });
const asked = vi.fn<(url: string) => Response>();
let states: ConnectionState[];
let client: QueryClient;
let connection: GraphConnection;
const mode = () => states.at(-1)?.mode;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
  FakeEventSource.all = [];
  vi.stubGlobal('EventSource', FakeEventSource);
  vi.stubGlobal('document', { documentElement: { dataset: {} }, baseURI: 'http://fanari/' });
  asked.mockImplementation(() => Response.json(graph));
  vi.stubGlobal('fetch', async (url: string) => Promise.resolve(asked(url)));
  states = [];
  client = new QueryClient();
  connection = new GraphConnection(client, scope, (state) => states.push(state));
  connection.open();
});

afterEach(() => {
  connection.close();
  client.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  asked.mockReset();
});

test('the first graph makes the page live and is kept for every reader', () => {
  FakeEventSource.latest.receive('graph', JSON.stringify(graph));
  expect(mode()).toBe('live');
  expect(client.getQueryData(graphQuery(scope).queryKey)).toEqual(graph);
  expect(asked).not.toHaveBeenCalled();
});

test('a broken stream is opened again, each time after a longer wait, at most half a minute', async () => {
  const waits: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const opened = FakeEventSource.all.length;
    FakeEventSource.latest.fail();
    const from = Date.now();
    while (FakeEventSource.all.length === opened) await vi.advanceTimersByTimeAsync(250);
    waits.push(Date.now() - from);
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a stream that is alive ends the growing of the waits', async () => {
  FakeEventSource.latest.fail();
  await vi.advanceTimersByTimeAsync(1000);
  FakeEventSource.latest.fail();
  await vi.advanceTimersByTimeAsync(2000);
  FakeEventSource.latest.receive('graph', JSON.stringify(graph));
  FakeEventSource.latest.receive('alive');
  const opened = FakeEventSource.all.length;
  FakeEventSource.latest.fail();
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeEventSource.all.length).toBe(opened + 1);
});

test('a stream that stays silent is given up and the graph is asked for instead', async () => {
  await vi.advanceTimersByTimeAsync(8000);
  expect(FakeEventSource.all[0]?.isClosed).toBe(true);
  expect(mode()).toBe('polling');
  expect(client.getQueryData(graphQuery(scope).queryKey)).toEqual(graph);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.mock.calls.length).toBeGreaterThanOrEqual(2);
});

test('polling ends when small events get through again', async () => {
  await vi.advanceTimersByTimeAsync(9000);
  FakeEventSource.latest.receive('graph', JSON.stringify(graph));
  FakeEventSource.latest.receive('alive');
  expect(mode()).toBe('live');
  const before = asked.mock.calls.length;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked.mock.calls.length).toBe(before);
});

test('behind a buffer that only large events pass, it goes on asking', async () => {
  await vi.advanceTimersByTimeAsync(9000);
  FakeEventSource.latest.receive('graph', JSON.stringify(graph), '1-1');
  expect(mode()).toBe('polling');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(mode()).toBe('polling');
  expect(asked.mock.calls.length).toBeGreaterThanOrEqual(2);
});

test('a stream that falls silent is given up, though it worked before', async () => {
  const first = FakeEventSource.latest;
  first.receive('graph', JSON.stringify(graph), '1-1');
  first.receive('alive');
  await vi.advanceTimersByTimeAsync(39_000);
  expect(first.isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(first.isClosed).toBe(true);
});

test('an answer that was asked for does not replace what the stream sent meanwhile', async () => {
  let answer: (response: Response) => void = () => undefined;
  vi.stubGlobal('fetch', async () => new Promise<Response>((resolve) => (answer = resolve)));
  FakeEventSource.latest.fail();
  await vi.advanceTimersByTimeAsync(1000);
  FakeEventSource.latest.receive('graph', JSON.stringify({ ...graph, at: 2 }), '1-1');
  answer(Response.json({ ...graph, at: 1 }));
  await vi.advanceTimersByTimeAsync(100);
  expect(client.getQueryData(graphQuery(scope).queryKey)?.at).toBe(2);
});

test('says that the connection is lost when neither way works', async () => {
  asked.mockImplementation(() =>
    Response.json({ title: 'Prometheus does not answer', detail: 'refused' }, { status: 502 }),
  );
  FakeEventSource.latest.fail();
  await vi.advanceTimersByTimeAsync(100);
  expect(mode()).toBe('lost');
  expect(states.at(-1)?.problem?.title).toBe('Prometheus does not answer');
});

test.each([
  ['is not JSON', '{"sequence":'],
  ['comes before any graph', '{}'],
])('a delta that %s closes the stream, so that the next begins with a whole graph', (_, data) => {
  if (data !== '{}') FakeEventSource.latest.receive('graph', JSON.stringify(graph));
  const broken = FakeEventSource.latest;
  broken.receive('delta', data);
  expect(broken.isClosed).toBe(true);
  expect(mode()).not.toBe('live');
});

const lastEventIdOf = (source: FakeEventSource) =>
  new URL(source.url, 'http://fanari').searchParams.get('lastEventId');

test('a new stream asks only for what came after the last event', async () => {
  expect(lastEventIdOf(FakeEventSource.latest)).toBeNull();
  FakeEventSource.latest.receive('graph', JSON.stringify(graph), '1-1');
  const delta = { at: 2, windowSeconds: 60, gaps: [], nodes: [], edges: [] };
  const text = JSON.stringify({ ...delta, removedNodes: [], removedEdges: [] });
  FakeEventSource.latest.receive('delta', text, '1-2');
  FakeEventSource.latest.receive('alive');
  FakeEventSource.latest.fail();
  await vi.advanceTimersByTimeAsync(1000);
  expect(lastEventIdOf(FakeEventSource.latest)).toBe('1-2');
  FakeEventSource.latest.receive('alive');
  expect(mode()).toBe('live');
  expect(client.getQueryData(graphQuery(scope).queryKey)?.at).toBe(2);
});

test('after an answer that was asked for, the next stream begins with a whole graph', async () => {
  FakeEventSource.latest.receive('graph', JSON.stringify(graph), '1-1');
  FakeEventSource.latest.fail();
  await vi.advanceTimersByTimeAsync(1000);
  expect(lastEventIdOf(FakeEventSource.latest)).toBe('1-1');
  FakeEventSource.latest.fail();
  await vi.advanceTimersByTimeAsync(2000);
  expect(mode()).toBe('polling');
  expect(lastEventIdOf(FakeEventSource.latest)).toBeNull();
});

test('after a delta that does not fit, the next stream begins with a whole graph', async () => {
  FakeEventSource.latest.receive('graph', JSON.stringify(graph), '1-1');
  FakeEventSource.latest.receive('delta', '{"sequence":', '1-2');
  await vi.advanceTimersByTimeAsync(1000);
  expect(lastEventIdOf(FakeEventSource.latest)).toBeNull();
});

test('after closing nothing is opened, asked or reported', async () => {
  FakeEventSource.latest.fail();
  connection.close();
  const before = { streams: FakeEventSource.all.length, states: states.length };
  await vi.advanceTimersByTimeAsync(120_000);
  expect(FakeEventSource.all.length).toBe(before.streams);
  expect(states.length).toBe(before.states);
});
