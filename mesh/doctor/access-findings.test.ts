import { describe, expect, test } from 'vitest';
import type { KindAccess } from '@/mesh/doctor/facts';
import { aClusterDiagnosis, doctorFacts, kindsBut, said } from '@/mesh/testing/doctor-facts';
import { aNamespace, aTopology, aWorkload } from '@/mesh/testing/topology-builders';

const ROUTE = 'networking.istio.io/VirtualService';

function with_(others: Readonly<Record<string, Partial<KindAccess>>>, isReadOnly = false) {
  return doctorFacts({ isReadOnly, cluster: aClusterDiagnosis({ kinds: kindsBut(others) }) });
}

describe('permissions of Fanari’s own account', () => {
  test('a kind that may not be listed is named with its cost and the commands that grant it', () => {
    const [pods] = said(with_({ '/Pod': { reading: 'refused' } }), 'may-not-read');
    expect(pods).toMatchObject({ severity: 'error', title: 'Pod may not be listed' });
    expect(pods?.seen).toContain('no pods, readiness or proxies');
    expect(pods?.fix?.commands).toContain(
      'kubectl create clusterrole fanari-list-watch-pods --verb=list,watch --resource=pods',
    );
    const [routes] = said(with_({ [ROUTE]: { reading: 'refused' } }), 'may-not-read');
    expect(routes).toMatchObject({ severity: 'warning' });
    expect(routes?.fix?.commands.join()).toContain(
      '--resource=virtualservices.networking.istio.io',
    );
  });

  test('the mesh config needs a Role for one ConfigMap, not for all', () => {
    const [found] = said(with_({ '/ConfigMap': { reading: 'refused' } }), 'may-not-read');
    expect(found?.fix?.commands.join('\n')).toContain(
      '--resource=configmaps --resource-name=istio',
    );
  });

  test('the account is named only where its namespace may be seen', () => {
    const others = { '/Pod': { reading: 'refused' } } as const;
    const named = said(with_(others), 'may-not-read')[0]?.fix?.commands.join('\n');
    expect(named).toContain('--serviceaccount=istio-system:fanari');
    const topology = aTopology({
      workloads: [aWorkload('shop', 'cart')],
      namespaces: [aNamespace('shop')],
    });
    const cluster = aClusterDiagnosis({ kinds: kindsBut(others) });
    const hidden = said(doctorFacts({ topology, cluster }), 'may-not-read')[0]?.fix?.commands;
    expect(hidden?.filter((line) => line.includes('--serviceaccount')).join()).toContain(
      '<namespace>',
    );
  });

  test('a namespace that may not be seen is not named as the only one either', () => {
    const cluster = aClusterDiagnosis({ onlyNamespace: 'secret-team' });
    const [found] = said(doctorFacts({ cluster }), 'reads-one-namespace');
    expect(JSON.stringify(found)).not.toContain('secret-team');
    const seen = aClusterDiagnosis({ onlyNamespace: 'shop' });
    expect(said(doctorFacts({ cluster: seen }), 'reads-one-namespace')[0]?.seen).toContain('shop');
  });

  test('writes that are refused say what cannot be done; read-only by the settings it is a note', () => {
    const verbs = [
      { verb: 'get', allowed: true },
      { verb: 'create', allowed: false },
      { verb: 'patch', allowed: false },
      { verb: 'delete', allowed: true },
    ] as const;
    const [found] = said(with_({ [ROUTE]: { verbs } }), 'may-not-write');
    expect(found).toMatchObject({
      severity: 'warning',
      title: 'No create, patch of VirtualService',
    });
    expect(found?.seen).toMatch(/weights .* cannot be changed; no canary .* started\./);
    const [note] = said(with_({ [ROUTE]: { verbs } }, true), 'may-not-write');
    expect(note?.severity).toBe('info');
  });

  test('kinds whose objects may not be got are one finding', () => {
    const verbs = [{ verb: 'get', allowed: false }] as const;
    const others = { [ROUTE]: { verbs }, 'networking.istio.io/Gateway': { verbs } };
    expect(said(with_(others), 'may-not-get')).toMatchObject([
      { title: '2 kinds may not be read one by one' },
    ]);
  });

  test('a review without an answer is unknown, and not taken for a permission', () => {
    const facts = with_({ [ROUTE]: { verbs: [{ verb: 'patch', allowed: null }] } });
    expect(said(facts, 'access-unknown')).toMatchObject([{ severity: 'unknown' }]);
    expect(said(facts, 'access-complete')).toEqual([]);
    expect(said(doctorFacts(), 'access-complete')).toHaveLength(1);
  });

  test('kinds that are not served need no permission', () => {
    const gone = { apiVersion: null, resource: null, reading: 'not-served', verbs: [] } as const;
    expect(said(with_({ [ROUTE]: gone }), 'may-not-read')).toEqual([]);
  });
});
