import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toSummary, toTrace } from '@/server/adapters/collected-trace';
import { decodeOtlp } from '@/server/adapters/otlp-trace';
import { decodeSearch, decodeTagValues, decodeTrace } from '@/server/adapters/tempo/wire';
import { decodeTraces } from '@/server/adapters/jaeger/wire';

/** JSON with the field names of the protocols in every place, so that decoders get deep into it. */
const names = fc.constantFrom(
  ...['resourceSpans', 'batches', 'scopeSpans', 'spans', 'resource', 'attributes', 'trace', 'data'],
  ...['traceId', 'traceID', 'spanId', 'spanID', 'parentSpanId', 'startTimeUnixNano', 'kind', 'key'],
  ...['endTimeUnixNano', 'status', 'code', 'value', 'stringValue', 'arrayValue', 'traces', 'tags'],
  ...['durationMs', 'serviceStats', 'spanCount', 'spanSets', 'matched', 'tagValues', '__proto__'],
);
const leaf = fc.oneof(
  fc.constantFrom(null, true, '', 'abcdef0123456789', '1795281207000000000', 'q83vASNFZ4k='),
  fc.string(),
  fc.double(),
  fc.bigInt().map(String),
);
const { garbage } = fc.letrec((tie) => ({
  garbage: fc.oneof(
    { depthSize: 'large', withCrossShrink: true },
    leaf,
    fc.array(tie('garbage'), { maxLength: 3 }),
    fc.dictionary(names, tie('garbage'), { maxKeys: 6 }),
  ),
}));

const span = (over: object) => ({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  startTimeUnixNano: '1795281207000000001',
  endTimeUnixNano: '1795281207000002501',
  ...over,
});

function decodeOne(over: object) {
  const body = { resourceSpans: [{ scopeSpans: [{ spans: [span(over)] }] }] };
  const traces = decodeOtlp(body);
  return traces.ok ? (traces.value[0]?.spans[0] ?? null) : traces.error;
}

describe('traces of OTLP', () => {
  test('no garbage throws, and what is decoded can be shown', () => {
    fc.assert(
      fc.property(garbage, (body) => {
        const bodies: readonly unknown[] = [
          body,
          { resourceSpans: [{ scopeSpans: [{ spans: [body] }] }] },
          { resourceSpans: body },
          { traces: [body] },
          { data: [body] },
        ];
        for (const candidate of bodies) {
          for (const decode of [decodeOtlp, decodeTrace, decodeTraces]) {
            const traces = decode(candidate);
            if (!traces.ok) continue;
            for (const trace of traces.value) {
              expect(trace.spans.length).toBeGreaterThan(0);
              expect(Number.isFinite(toSummary(trace).durationMs)).toBe(true);
              expect(toTrace(trace).spans).toHaveLength(trace.spans.length);
            }
          }
          for (const onlyFailed of [true, false]) {
            const found = decodeSearch(candidate, onlyFailed);
            for (const { durationMs, startMs } of found.ok ? found.value : [])
              expect(Number.isFinite(durationMs) && Number.isFinite(startMs)).toBe(true);
          }
          const values = decodeTagValues(candidate);
          if (values.ok) for (const value of values.value) expect(typeof value).toBe('string');
        }
      }),
      { numRuns: 500 },
    );
  });

  test('keep their ids, whether written in hexadecimal or in base64', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        (trace, own) => {
          const read = (encoding: 'hex' | 'base64') =>
            decodeOtlp({
              batches: [
                {
                  scopeSpans: [
                    {
                      spans: [
                        span({
                          traceId: Buffer.from(trace).toString(encoding),
                          spanId: Buffer.from(own).toString(encoding),
                        }),
                      ],
                    },
                  ],
                },
              ],
            });
          const expected = read('hex');
          expect(expected.ok).toBe(true);
          expect(read('base64')).toEqual(expected);
        },
      ),
    );
  });

  test('keep what is shorter than a microsecond', () => {
    expect(decodeOne({})).toMatchObject({ duration: 2.5 });
  });

  test('have an end before the beginning as no time at all, and no end likewise', () => {
    expect(decodeOne({ endTimeUnixNano: '1' })).toMatchObject({ duration: 0 });
    expect(decodeOne({ endTimeUnixNano: undefined })).toMatchObject({ duration: 0 });
  });

  test.each([{ spanId: '' }, { traceId: 'x' }, { startTimeUnixNano: '-1' }, { spanId: 7 }])(
    'with %j are not readable, and where is said',
    (over) => {
      expect(decodeOne(over)).toBe('resourceSpans[0].scopeSpans[].spans[0]');
    },
  );

  test('show lists as JSON, and nothing of what is too deep in them', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 20_000; level += 1) deep = { arrayValue: { values: [deep] } };
    const attributes = [
      { key: 'deep', value: deep },
      { key: 'flat', value: { boolValue: true } },
      {
        key: 'list',
        value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '2' }] } },
      },
    ];
    const decoded = decodeOne({ attributes });
    expect(decoded).toMatchObject({
      tags: { deep: '[[[[[[null]]]]]]', flat: 'true', list: '["a","2"]' },
    });
  });
});
