import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { expect, test } from 'vitest';
import type { JsonObject, JsonPatchOperation } from '@/mesh/json';
import { applyPatch } from '@/server/usecases/apply-patch';

const weight = fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined });
const route = fc.array(weight, { minLength: 1, maxLength: 5 });

test('a weight patch gives what a JSON patch library gives, and leaves its input alone', () => {
  fc.assert(
    fc.property(
      route,
      fc.array(fc.integer({ min: -1, max: 100 }), { minLength: 5, maxLength: 5 }),
      (before, wanted) => {
        const object: JsonObject = {
          spec: {
            http: [
              { name: 'a/b~c' },
              {
                route: before.map((value, index) => ({
                  host: `h${index}`,
                  ...(value === undefined ? {} : { weight: value }),
                })),
              },
            ],
          },
        };
        const patch = before.flatMap((value, index): JsonPatchOperation[] => {
          const path = `/spec/http/1/route/${index}/weight`;
          const next = wanted[index] ?? 0;
          if (next < 0) return value === undefined ? [] : [{ op: 'remove', path }];
          return [{ op: value === undefined ? 'add' : 'replace', path, value: next }];
        });
        const copy = structuredClone(object);
        const expected = jsonPatch.applyPatch(structuredClone(object), patch).newDocument;
        expect(applyPatch(object, patch)).toEqual(expected);
        expect(object).toEqual(copy);
      },
    ),
  );
});
