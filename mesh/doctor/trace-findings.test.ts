import { expect, test } from 'vitest';
import { doctorFacts, said } from '@/mesh/testing/doctor-facts';

const clock = { minMs: -500, maxMs: 500 };

test('traces: not configured, away, empty and well are four things', () => {
  expect(said(doctorFacts({ traces: null }), 'traces-not-configured')).toMatchObject([
    { severity: 'info' },
  ]);
  const away = doctorFacts({
    traces: { fault: 'Jaeger cannot be reached', services: null, clock: null },
  });
  expect(said(away, 'traces-failing')[0]?.seen).toContain('Jaeger cannot be reached');
  const empty = doctorFacts({ traces: { fault: null, services: 0, clock } });
  expect(said(empty, 'no-traced-services')).toMatchObject([{ severity: 'warning' }]);
  expect(said(doctorFacts(), 'traces-answer')[0]?.seen).toBe('It knows 7 services.');
});
