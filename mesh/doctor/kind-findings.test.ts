import { describe, expect, test } from 'vitest';
import type { KindAccess } from '@/mesh/doctor/facts';
import { kindCosts } from '@/mesh/doctor/kind-costs';
import { aClusterDiagnosis, doctorFacts, kindsBut, said } from '@/mesh/testing/doctor-facts';

const GONE: Partial<KindAccess> = { apiVersion: null, resource: null, reading: 'not-served' };

function without(pattern: RegExp) {
  const keys = Object.keys(kindCosts).filter((key) => pattern.test(key));
  const kinds = kindsBut(Object.fromEntries(keys.map((key) => [key, GONE])));
  return doctorFacts({ cluster: aClusterDiagnosis({ kinds }) });
}

describe('kinds that are served', () => {
  test('no kind of Istio at all is an error, one of them a warning with its cost', () => {
    const [none] = said(without(/istio\.io/), 'istio-kinds-missing');
    expect(none).toMatchObject({ severity: 'error' });
    const [one] = said(without(/ProxyConfig/), 'istio-kinds-missing');
    expect(one).toMatchObject({ severity: 'warning', title: '1 kind of Istio is not served' });
    expect(one?.seen).toContain('ProxyConfigs are not listed');
    expect(said(doctorFacts(), 'istio-kinds-missing')).toEqual([]);
  });

  test('a missing Gateway API is a note, and of its experimental kinds the right file is named', () => {
    const [none] = said(without(/gateway\.networking/), 'gateway-kinds-missing');
    expect(none).toMatchObject({ severity: 'info', title: 'The Gateway API is not installed' });
    expect(none?.fix?.commands[0]).toContain('standard-install.yaml');
    const [some] = said(without(/TCPRoute|TLSRoute/), 'gateway-kinds-missing');
    expect(some?.fix?.commands[0]).toContain('experimental-install.yaml');
  });

  test('before discovery nothing is missing', () => {
    const cluster = aClusterDiagnosis({ isDiscovered: false, kinds: [] });
    expect(said(doctorFacts({ cluster }), 'kinds-not-asked')).toMatchObject([
      { severity: 'unknown' },
    ]);
    expect(said(doctorFacts({ cluster }), 'istio-kinds-missing')).toEqual([]);
  });

  test('what others own and is not installed is no finding', () => {
    const facts = without(/flagger|argoproj/);
    expect(said(facts, 'istio-kinds-missing')).toEqual([]);
    expect(said(facts, 'gateway-kinds-missing')).toEqual([]);
  });
});
