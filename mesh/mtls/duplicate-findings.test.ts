import { expect, test } from 'vitest';
import { aPeerAuthentication, aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';

test('of several objects that select a workload the younger ones are named as void', () => {
  const own = (name: string, createdAtMs: number, app = 'api') =>
    aPeerAuthentication(
      'shop',
      name,
      { selector: { matchLabels: { app } }, mtls: { mode: 'STRICT' } },
      { createdAtMs },
    );
  const rulesOf = (...config: ReturnType<typeof own>[]) =>
    buildMtlsReport({
      topology: aTopology({
        workloads: [aWorkload('shop', 'api-v1'), aWorkload('shop', 'db')],
        config,
      }),
      telemetry: null,
      namespaces: [],
    }).findings;
  const [found, ...more] = rulesOf(own('old', 1), own('young', 2), own('for-db', 3, 'db'));
  expect(more).toEqual([]);
  expect(found).toMatchObject({ rule: 'duplicate-scope', severity: 'warning' });
  expect(found?.objects.map(({ name }) => name)).toEqual(['old', 'young']);
  expect(rulesOf(own('old', 1), own('for-nobody', 2, 'gone'))).toEqual([]);
});
