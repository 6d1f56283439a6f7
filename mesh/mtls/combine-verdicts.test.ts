import { expect, it } from 'vitest';
import { combineEdgeMtls } from '@/mesh/mtls/combine-edge-mtls';
import { combineVerdicts } from '@/mesh/mtls/combine-verdicts';
import { mtlsOf } from '@/tests/support/sample-graph-parts';

it.each([
  [['encrypted', 'encrypted'], 'encrypted'],
  [['encrypted', 'plaintext'], 'partly'],
  [['encrypted', 'plaintext', 'unknown'], 'partly'],
  [['partly', 'unknown'], 'partly'],
  [['plaintext', 'plaintext'], 'plaintext'],
  [['plaintext', 'unknown'], 'plaintext'],
  [['encrypted', 'unknown'], 'unknown'],
  [['unknown', 'broken'], 'broken'],
  [['encrypted', 'broken'], 'broken'],
  [[], 'unknown'],
] as const)('%j together are %s', (verdicts, expected) => {
  expect(combineVerdicts(verdicts)).toBe(expected);
});

it('gives the reason of the part that keeps the whole from being encrypted', () => {
  const unknown = { ...mtlsOf('unknown'), reason: 'Nobody reported it.' };
  const combined = combineEdgeMtls([mtlsOf('encrypted'), unknown]);
  expect(combined).toMatchObject({
    verdict: 'unknown',
    reason: '1 of 2 flows: Nobody reported it.',
  });
});
