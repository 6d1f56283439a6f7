import { describe, expect, test } from 'vitest';
import type { DoctorFacts } from '@/mesh/doctor/facts';
import { runDoctor } from '@/mesh/doctor/run-doctor';
import { whyEmpty } from '@/mesh/doctor/why-empty';
import {
  aClusterDiagnosis,
  aMetricDiagnosis,
  doctorFacts,
  kindsBut,
} from '@/mesh/testing/doctor-facts';
import { aNamespace, aTopology, aWorkload } from '@/mesh/testing/topology-builders';

function reasons(facts: DoctorFacts, namespaces: readonly string[] = []): readonly string[] {
  return whyEmpty(facts, runDoctor(facts), namespaces).map(({ rule }) => rule);
}

const nothing = { ...aTopology(), revision: 0 };
const plain = aWorkload('shop', 'cart', { proxy: 'none', proxiedPods: 0, proxies: [] });

describe('the reason of an empty graph', () => {
  test.each<[string, Parameters<typeof doctorFacts>[0]]>([
    [
      'cluster-not-configured',
      { state: { state: 'not-configured', message: null }, topology: nothing, metrics: null },
    ],
    [
      'api-server-failing',
      { state: { state: 'failing', message: 'away' }, topology: nothing, metrics: null },
    ],
    ['first-reading', { state: { state: 'syncing', message: null }, topology: nothing }],
    [
      'may-not-read',
      {
        topology: aTopology({ namespaces: [aNamespace('shop')] }),
        cluster: aClusterDiagnosis({ kinds: kindsBut({ '/Pod': { reading: 'refused' } }) }),
      },
    ],
    ['no-workloads', { topology: aTopology({ namespaces: [aNamespace('shop')] }) }],
    ['prometheus-not-configured', { metrics: null }],
    ['prometheus-failing', { metrics: aMetricDiagnosis({ fault: 'away' }) }],
    [
      'no-istiod',
      {
        topology: aTopology({ workloads: [plain] }),
        istioVersion: null,
        metrics: aMetricDiagnosis({ metrics: [], newestSampleSeconds: null, isTraffic: null }),
      },
    ],
    [
      'mesh-not-scraped',
      { metrics: aMetricDiagnosis({ metrics: [], newestSampleSeconds: null, isTraffic: null }) },
    ],
    ['mesh-scrape-stopped', { metrics: aMetricDiagnosis({ newestSampleSeconds: 200 }) }],
    ['clock-differs', { metrics: aMetricDiagnosis({ clock: { minMs: 90_000, maxMs: 91_000 } }) }],
    ['no-traffic', { metrics: aMetricDiagnosis({ isTraffic: false }) }],
  ])('%s', (rule, over) => {
    expect(reasons(doctorFacts(over))[0]).toBe(rule);
  });

  test('where all is well it is the window alone', () => {
    expect(reasons(doctorFacts())).toEqual([]);
  });

  test('what would be next follows', () => {
    const facts = doctorFacts({
      topology: aTopology({ workloads: [plain] }),
      istioVersion: null,
      metrics: null,
    });
    expect(reasons(facts)).toEqual([
      'prometheus-not-configured',
      'no-istiod',
      'no-namespace-in-mesh',
    ]);
  });

  test('namespaces without anything in them, and ones that do not exist, are told apart', () => {
    const topology = aTopology({
      workloads: [plain],
      namespaces: [aNamespace('shop'), aNamespace('idle')],
    });
    const facts = doctorFacts({ topology });
    const title = (namespaces: readonly string[]) =>
      whyEmpty(facts, [], namespaces).map((entry) => entry.title);
    expect(title(['idle'])).toEqual(['Nothing here']);
    expect(title(['gone'])).toEqual(['There is no such namespace']);
    expect(title(['shop', 'idle'])).toEqual([]);
  });

  test('a permission that is missing for a kind of routes leaves no graph empty', () => {
    const kinds = kindsBut({ 'networking.istio.io/VirtualService': { reading: 'refused' } });
    expect(reasons(doctorFacts({ cluster: aClusterDiagnosis({ kinds }) }))).toEqual([]);
  });
});
