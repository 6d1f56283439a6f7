import { describe, expect, test } from 'vitest';
import { endpoints } from '@/contract/endpoints';
import { joinErrors, UPSTREAM_ERRORS } from '@/contract/endpoint-errors';
import { sourceErrorKindSchema } from '@/contract/gap';
import { ruleOf } from '@/server/errors';

describe('errors of endpoints', () => {
  test('hold every status that a failed upstream is answered with', () => {
    const statuses = sourceErrorKindSchema.options.map((kind) => ruleOf(kind).status);
    // What is not found differs by endpoint, and nobody is left to read that a request was given up.
    const general = statuses.filter((status) => status !== 404 && status !== 499);
    expect(Object.keys(UPSTREAM_ERRORS).map(Number)).toEqual([...new Set(general)].sort());
  });

  test('tell of conflicts and refusals wherever something is planned or written', () => {
    for (const { method, path, errors } of endpoints) {
      const statuses = Object.keys(errors);
      const changesMesh = method === 'POST' && !path.startsWith('/session');
      expect(statuses.includes('409') && statuses.includes('422'), path).toBe(changesMesh);
    }
  });

  test('of one status are told one after the other', () => {
    expect(joinErrors([{ 403: 'One' }, { 404: 'Two' }, { 403: 'Three' }])).toEqual({
      403: 'One. Three',
      404: 'Two',
    });
  });
});
