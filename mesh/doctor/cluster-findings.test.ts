import { describe, expect, test } from 'vitest';
import { aClusterDiagnosis, doctorFacts, kindsBut, said } from '@/mesh/testing/doctor-facts';
import { aNamespace, aTopology } from '@/mesh/testing/topology-builders';

describe('the cluster', () => {
  test('without a kubeconfig nothing else is said of it', () => {
    const facts = doctorFacts({
      state: { state: 'not-configured', message: 'No cluster is configured: there is no file x' },
      topology: { ...aTopology(), revision: 0 },
    });
    expect(said(facts, 'cluster-not-configured')).toMatchObject([
      { severity: 'error', seen: 'No cluster is configured: there is no file x' },
    ]);
    for (const rule of [
      'kubernetes-version',
      'kinds-served',
      'no-istiod',
      'no-namespace-in-mesh',
    ] as const)
      expect(said(facts, rule), rule).toEqual([]);
  });

  test('an API server that is away is told from one of which nothing was ever known', () => {
    const state = { state: 'failing', message: 'The API server refused the connection' } as const;
    const [known] = said(doctorFacts({ state }), 'api-server-failing');
    expect(known?.seen).toMatch(/refused the connection. What is shown .* known before/);
    const topology = { ...aTopology(), revision: 0 };
    const [unknown] = said(doctorFacts({ state, topology }), 'api-server-failing');
    expect(unknown?.seen).toContain('Nothing is known');
    expect(said(doctorFacts(), 'api-server-failing')).toEqual([]);
  });

  test('a version that was not told is unknown, not absent', () => {
    expect(said(doctorFacts({ kubernetesVersion: null }), 'kubernetes-version')).toMatchObject([
      { severity: 'unknown' },
    ]);
    expect(said(doctorFacts(), 'kubernetes-version')).toMatchObject([
      { severity: 'ok', title: 'Kubernetes v1.33.1' },
    ]);
  });

  test('the first reading is not taken for an empty cluster', () => {
    const facts = doctorFacts({
      state: { state: 'syncing', message: null },
      topology: aTopology({ namespaces: [aNamespace('shop')] }),
    });
    expect(said(facts, 'first-reading')).toHaveLength(1);
    expect(said(facts, 'no-workloads')).toEqual([]);
  });

  test('no workloads are told only where pods can be read', () => {
    const topology = aTopology({ namespaces: [aNamespace('shop')] });
    expect(said(doctorFacts({ topology }), 'no-workloads')).toHaveLength(1);
    const cluster = aClusterDiagnosis({ kinds: kindsBut({ '/Pod': { reading: 'refused' } }) });
    expect(said(doctorFacts({ topology, cluster }), 'no-workloads')).toEqual([]);
  });

  test('kinds that fail for another reason than permission are named with it', () => {
    const kinds = kindsBut({
      'networking.istio.io/Gateway': { reading: 'failing', message: 'a webhook timed out' },
    });
    const [found] = said(doctorFacts({ cluster: aClusterDiagnosis({ kinds }) }), 'kind-failing');
    expect(found?.seen).toBe('Gateway: a webhook timed out.');
    expect(found?.fix?.commands).toEqual(['kubectl get gateways.networking.istio.io -A']);
  });
});
