import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceQuery } from '@/server/adapters/tempo/traceql';

/** A query without the quoted strings, and the strings by themselves as they are read. */
function parts(query: string): { readonly shape: string; readonly strings: readonly string[] } {
  const strings: string[] = [];
  const shape = query.replaceAll(/"((?:[^"\\\n]|\\.)*)"/g, (_, inner: string) => {
    strings.push(
      inner.replaceAll(/\\(.)/g, (__, escaped: string) =>
        escaped === 'n' ? '\n' : escaped === 'r' ? '\r' : escaped,
      ),
    );
    return 'S';
  });
  return { shape, strings };
}

test('a query asks for a service, for failures, and for others that take part', () => {
  expect(traceQuery('web.shop', [], false)).toBe('{ resource.service.name = "web.shop" }');
  expect(traceQuery('web', ['a', 'b'], true)).toBe(
    '{ resource.service.name = "web" && status = error } && { resource.service.name = "a" || resource.service.name = "b" }',
  );
});

test('no name of a service is anything but one string', () => {
  const name = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(name, fc.array(name, { maxLength: 3 }), (service, others) => {
      const { shape, strings } = parts(traceQuery(service, others, true));
      const plain = traceQuery(
        'x',
        others.map(() => 'x'),
        true,
      );
      expect(shape).toBe(parts(plain).shape);
      expect(strings).toEqual([service, ...others]);
    }),
  );
});
