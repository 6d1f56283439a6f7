import { describe, expect, test } from 'vitest';
import { isErrorSpan, toTrace } from '@/server/adapters/collected-trace';
import { decodeTraces } from '@/server/adapters/jaeger/wire';

const START = 1_700_000_000_000_123;

function span(
  spanID: string,
  startOffset: number,
  duration: number,
  parent: string | null,
  tags: object[] = [],
) {
  return {
    spanID,
    operationName: `op-${spanID}`,
    processID: 'p1',
    startTime: START + startOffset,
    duration,
    references: parent === null ? [] : [{ refType: 'CHILD_OF', traceID: 't', spanID: parent }],
    tags,
  };
}

function decode(spans: readonly object[]) {
  const body = { data: [{ traceID: 't', spans, processes: { p1: { serviceName: 'web.shop' } } }] };
  const traces = decodeTraces(body);
  if (!traces.ok || traces.value[0] === undefined) throw new Error('not decoded');
  return toTrace(traces.value[0]);
}

describe('a trace', () => {
  // root ├─ b ─ d
  //      └─ c
  test('has its spans depth first by start, with exact offsets in milliseconds', () => {
    const trace = decode([
      span('c', 3000, 500, 'a'),
      span('d', 1500, 100, 'b'),
      span('a', 0, 5001, null),
      span('b', 1000, 1000, 'a'),
    ]);
    expect(trace.spans.map(({ spanId, depth }) => `${spanId}${depth}`)).toEqual([
      'a0',
      'b1',
      'd2',
      'c1',
    ]);
    expect(trace.spans.map(({ offsetMs }) => offsetMs)).toEqual([0, 1, 1.5, 3]);
    expect(trace.durationMs).toBe(5.001);
    expect(trace).toMatchObject({ rootName: 'op-a', rootService: 'web.shop', spanCount: 4 });
  });

  test('with a parent that was not collected still shows every span', () => {
    const trace = decode([span('b', 10, 5, 'missing'), span('c', 20, 5, 'b')]);
    expect(trace.spans.map(({ spanId, parentId }) => [spanId, parentId])).toEqual([
      ['b', null],
      ['c', 'b'],
    ]);
  });

  test('with a cycle of parents ends, with every span once', () => {
    const trace = decode([span('a', 0, 1, 'b'), span('b', 1, 1, 'a')]);
    expect(trace.spans.map(({ spanId }) => spanId).sort()).toEqual(['a', 'b']);
  });

  test.each([
    [{ error: 'true' }, true],
    [{ error: 'false', 'http.status_code': '503' }, false],
    [{ 'http.status_code': '503' }, true],
    [{ 'http.status_code': '404' }, false],
    [{ 'grpc.status_code': '14' }, true],
    [{ 'grpc.status_code': '0' }, false],
    [{}, false],
  ])('tags %j are an error: %s', (tags, expected) => {
    expect(isErrorSpan({ tags: tags })).toBe(expected);
  });

  test('what cannot be read is named by its path', () => {
    expect(decodeTraces({ data: [{ traceID: 't', spans: [{ spanID: 'x' }] }] })).toEqual({
      ok: false,
      error: 'data[0].spans[0]',
    });
    expect(decodeTraces({ data: null })).toEqual({ ok: true, value: [] });
  });
});
