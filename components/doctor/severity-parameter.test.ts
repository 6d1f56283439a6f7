import { expect, test } from 'vitest';
import { parseSeverities, withSeverities } from '@/components/doctor/severity-parameter';

test('severities come back from the address, worst first, beside what else stands there', () => {
  const query = withSeverities(new URLSearchParams('window=5m'), ['info', 'error']);
  expect(query).toBe('?window=5m&severity=error,info');
  expect(parseSeverities(new URLSearchParams(query))).toEqual(['error', 'info']);
});

test('all of them leave the address bare, and nonsense asks for all', () => {
  expect(withSeverities(new URLSearchParams('severity=error'), [])).toBe('');
  expect(parseSeverities(new URLSearchParams('severity=fatal'))).toEqual([]);
});
