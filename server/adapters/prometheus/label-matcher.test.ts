import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equals, oneOf, oneOfHosts, selector } from '@/server/adapters/prometheus/label-matcher';

/** Node names of a parsed query, without the quoted text itself. */
function shape(query: string): string {
  const names: string[] = [];
  parser.parse(query).iterate({ enter: ({ name }) => void names.push(name) });
  return names.join(' ');
}

describe('label values in PromQL', () => {
  test('no value can be anything but one quoted string', () => {
    const expected = shape(`up${selector([equals('source_workload', 'plain')])}`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const query = `up${selector([equals('source_workload', value)])}`;
        expect(query).not.toContain('\n');
        expect(shape(query)).toBe(expected);
      }),
    );
  });

  test('an attempt to close the string stays inside it', () => {
    const query = `up${selector([equals('source_workload', '"} or vector(1) #')])}`;
    expect(query).toBe(String.raw`up{source_workload="\"} or vector(1) #"}`);
  });

  test('a list matches its values and no pattern in them', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.string(), (values, other) => {
        const quoted = oneOf('destination_service', values).slice('destination_service=~'.length);
        fc.pre(/^[\x20-\x7e]*$/.test(quoted));
        const pattern = new RegExp(`^(?:${JSON.parse(quoted) as string})$`);
        for (const value of values) expect(pattern.test(value)).toBe(true);
        expect(pattern.test(other)).toBe(values.includes(other));
      }),
    );
  });

  test('a host matches with any port, a wildcard what is below it, and neither any other host', () => {
    const hosts = ['api.example.com', '*.wild.example'];
    const quoted = oneOfHosts('destination_service', hosts).slice('destination_service=~'.length);
    const pattern = new RegExp(`^(?:${JSON.parse(quoted) as string})$`);
    const matched = ['api.example.com', 'api.example.com:8443', 'a.wild.example', '*.wild.example'];
    for (const host of matched) expect(pattern.test(host), host).toBe(true);
    for (const host of ['apixexample.com', 'api.example.com.evil', 'wild.example', '']) {
      expect(pattern.test(host), host).toBe(false);
    }
  });
});
