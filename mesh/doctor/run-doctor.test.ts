import { expect, test } from 'vitest';
import { findingRules } from '@/mesh/doctor/finding-rules';
import { MOST_OBJECTS, SEVERITIES } from '@/mesh/doctor/finding';
import { runDoctor } from '@/mesh/doctor/run-doctor';
import {
  aClusterDiagnosis,
  aMetricDiagnosis,
  doctorFacts,
  kindsBut,
} from '@/mesh/testing/doctor-facts';
import { aNamespace, aTopology, aWorkload } from '@/mesh/testing/topology-builders';

test('a sound mesh has no finding but what is right', () => {
  expect(runDoctor(doctorFacts()).filter(({ severity }) => severity !== 'ok')).toEqual([]);
});

test('the worst comes first, and every finding belongs to the group of its rule', () => {
  const findings = runDoctor(
    doctorFacts({
      traces: null,
      metrics: aMetricDiagnosis({ fault: 'Prometheus refused the connection' }),
      cluster: aClusterDiagnosis({
        kinds: kindsBut({ 'flagger.app/Canary': { reading: 'refused' } }),
      }),
    }),
  );
  const ranks = findings.map(({ severity }) => SEVERITIES.indexOf(severity));
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(findings[0]).toMatchObject({ rule: 'prometheus-failing', group: 'prometheus' });
  for (const { rule, group } of findings) expect(findingRules[rule].group).toBe(group);
});

test('a finding about thousands of objects lists a few, and tells how many there are', () => {
  const workloads = Array.from({ length: 3000 }, (_, index) =>
    aWorkload('shop', `cart-${index}`, {
      proxy: 'none',
      proxiedPods: 0,
      proxies: [],
      hostNetwork: true,
    }),
  );
  const topology = aTopology({
    namespaces: [aNamespace('shop', { 'istio-injection': 'enabled' })],
    workloads,
  });
  const found = runDoctor(doctorFacts({ topology })).find(
    ({ rule }) => rule === 'pods-on-host-network',
  );
  expect(found?.objectCount).toBe(3000);
  expect(found?.objects).toHaveLength(MOST_OBJECTS);
});

test('everything that has to be done has a fix in words', () => {
  const findings = runDoctor(
    doctorFacts({
      metrics: null,
      traces: null,
      cluster: aClusterDiagnosis({ kinds: kindsBut({ '/Pod': { reading: 'refused' } }) }),
    }),
  );
  for (const { severity, fix, rule } of findings) {
    if (severity === 'error' || severity === 'warning') expect(fix?.text, rule).toMatch(/\w/);
  }
});

test('of several clusters each is judged by itself, and named', () => {
  const facts = doctorFacts();
  const away = { state: 'failing', message: 'the connection was refused' } as const;
  const findings = runDoctor({
    ...facts,
    clusters: [
      aClusterDiagnosis({ cluster: 'west' }),
      aClusterDiagnosis({ cluster: 'east', state: away, clock: null }),
    ],
  });
  const titles = findings.map(({ title }) => title);
  expect(titles).toContain('Cluster east: The Kubernetes API server cannot be read');
  expect(titles).toContain('Cluster west: Kubernetes v1.33.1');
  expect(titles).not.toContain('Cluster east: Kubernetes v1.33.1');
});
