import fc from 'fast-check';
import { compare } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { ApiError } from '@/demo/kubernetes/api-error';
import { applyJsonPatch } from '@/demo/kubernetes/patch-json';

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => ({ value }));

function failure(document: unknown, patch: unknown): ApiError {
  try {
    applyJsonPatch(document, patch);
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error('the patch was expected to fail');
}

describe('applyJsonPatch', () => {
  it('turns any document into any other with the patch that another library made between them', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const patch: unknown = JSON.parse(JSON.stringify(compare(before, after)));
        expect(JSON.stringify(sorted(applyJsonPatch(before, patch)))).toBe(
          JSON.stringify(sorted(after)),
        );
      }),
    );
  });

  it('leaves the input as it was', () => {
    const before = { a: [1, { b: 2 }] };
    applyJsonPatch(before, [{ op: 'replace', path: '/a/1/b', value: 3 }]);
    expect(before).toEqual({ a: [1, { b: 2 }] });
  });

  it('answers a failed test with 422 and applies nothing', () => {
    const error = failure({ a: 1 }, [
      { op: 'replace', path: '/a', value: 2 },
      { op: 'test', path: '/a', value: 1 },
    ]);
    expect(error).toMatchObject({ code: 422, reason: 'Invalid' });
  });

  it.each([
    [{ op: 'replace', path: '/missing', value: 1 }],
    [{ op: 'remove', path: '/list/5' }],
    [{ op: 'add', path: '/list/01', value: 1 }],
    [{ op: 'add', path: 'list', value: 1 }],
    [{ op: 'move', path: '/a' }],
    [{ op: 'sing', path: '/a' }],
  ])('refuses %j with 422', (operation) => {
    expect(failure({ list: [] }, [operation]).code).toBe(422);
  });

  it.each([[{}], ['text'], [[1]], [[null]]])('refuses %j as no patch with 400', (patch) => {
    expect(failure({}, patch).code).toBe(400);
  });

  it('treats __proto__ as a plain key', () => {
    const patch: unknown = JSON.parse('[{"op":"add","path":"/__proto__","value":{"polluted":1}}]');
    applyJsonPatch({}, patch);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

/** Keys in one order and -0 as 0, because JSON knows neither. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]): [string, unknown] => [
    key,
    sorted(child),
  ]);
  return entries.sort(([left], [right]) => (left < right ? -1 : 1));
}
