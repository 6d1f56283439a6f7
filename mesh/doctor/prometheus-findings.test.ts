import { describe, expect, test } from 'vitest';
import type { MetricDiagnosis } from '@/mesh/doctor/facts';
import { labelCosts, metricCosts } from '@/mesh/doctor/metric-costs';
import { aMetricDiagnosis, doctorFacts, said } from '@/mesh/testing/doctor-facts';

function withMetrics(over: Partial<MetricDiagnosis>) {
  return doctorFacts({ metrics: aMetricDiagnosis(over) });
}

const NO_SAMPLES = { newestSampleSeconds: null, isTraffic: null } as const;

describe('Prometheus', () => {
  test('not configured, and away, are two things', () => {
    expect(said(doctorFacts({ metrics: null }), 'prometheus-not-configured')).toHaveLength(1);
    const away = withMetrics({
      fault: 'Prometheus refused the connection',
      ...NO_SAMPLES,
      metrics: null,
    });
    expect(said(away, 'prometheus-failing')).toMatchObject([{ severity: 'error' }]);
    expect(said(away, 'mesh-not-scraped')).toEqual([]);
    expect(said(away, 'scrape-interval')).toEqual([]);
  });

  test('one without any metric of the mesh does not scrape it', () => {
    const facts = withMetrics({ ...NO_SAMPLES, metrics: [], requestLabels: [] });
    expect(said(facts, 'mesh-not-scraped')).toMatchObject([{ severity: 'error' }]);
    expect(said(facts, 'metrics-missing')).toEqual([]);
    expect(said(facts, 'labels-missing')).toEqual([]);
  });

  test('samples that ended are told from none that ever were', () => {
    expect(said(withMetrics(NO_SAMPLES), 'mesh-scrape-stopped')).toMatchObject([
      { severity: 'error' },
    ]);
    const [late] = said(withMetrics({ newestSampleSeconds: 240 }), 'mesh-scrape-stopped');
    expect(late?.seen).toContain('240 s old');
    expect(said(withMetrics({ newestSampleSeconds: 40 }), 'mesh-scraped')).toHaveLength(1);
  });

  test('a missing metric costs what it costs', () => {
    const metrics = Object.keys(metricCosts).filter((name) => !name.endsWith('_bucket'));
    const [found] = said(withMetrics({ metrics }), 'metrics-missing');
    expect(found).toMatchObject({ severity: 'warning', title: '1 metric of the mesh is missing' });
    expect(found?.seen).toBe('istio_request_duration_milliseconds_bucket: no latency.');
  });

  test('a mesh without TCP traffic misses no metrics of TCP', () => {
    const metrics = Object.keys(metricCosts).filter((name) => !name.startsWith('istio_tcp'));
    expect(said(withMetrics({ metrics }), 'metrics-missing')).toEqual([]);
  });

  test.each([
    ['source_principal', 'warning'],
    ['response_code', 'error'],
  ])('without the label %s there is a %s', (label, severity) => {
    const requestLabels = Object.keys(labelCosts).filter((name) => name !== label);
    expect(said(withMetrics({ requestLabels }), 'labels-missing')).toMatchObject([{ severity }]);
  });

  test('a mesh without gRPC misses no status of gRPC', () => {
    const requestLabels = Object.keys(labelCosts).filter((name) => name !== 'grpc_response_status');
    expect(said(withMetrics({ requestLabels }), 'labels-missing')).toEqual([]);
  });

  test('a store that does not tell names is unknown, not empty', () => {
    const facts = withMetrics({ metrics: null, requestLabels: null });
    expect(said(facts, 'metrics-unknown')).toMatchObject([{ severity: 'unknown' }]);
    expect(said(facts, 'metrics-missing')).toEqual([]);
  });

  test('nothing counted is told only where proxies are scraped', () => {
    expect(said(withMetrics({ isTraffic: false }), 'no-traffic')).toMatchObject([
      { severity: 'info' },
    ]);
    expect(said(withMetrics({ isTraffic: null }), 'no-traffic')).toEqual([]);
    expect(said(withMetrics(NO_SAMPLES), 'no-traffic')).toEqual([]);
  });

  test.each([
    [15, 'ok'],
    [60, 'warning'],
    [null, 'unknown'],
  ])('a scrape interval of %s s is %s', (scrapeIntervalSeconds, severity) => {
    expect(said(withMetrics({ scrapeIntervalSeconds }), 'scrape-interval')).toMatchObject([
      { severity },
    ]);
  });

  test.each([
    [7200, 'ok'],
    [900, 'warning'],
    [null, 'unknown'],
  ])('a retention of %s s is %s', (retentionSeconds, severity) => {
    expect(said(withMetrics({ retentionSeconds }), 'retention')).toMatchObject([{ severity }]);
  });
});

describe('istiod’s own counts', () => {
  const NEVER = {
    pilot_total_xds_rejects: null,
    pilot_total_rejected_configs: null,
    galley_validation_failed: null,
    sidecar_injection_failure_total: null,
  };

  test.each([
    ['pilot_total_xds_rejects', 'proxies-reject-config', 'error'],
    ['pilot_total_rejected_configs', 'istiod-rejects-config', 'warning'],
    ['galley_validation_failed', 'webhook-refused', 'info'],
    ['sidecar_injection_failure_total', 'injection-failed', 'error'],
  ] as const)('%s of the last hour makes %s', (name, rule, severity) => {
    const counted = withMetrics({ istiod: { ...NEVER, [name]: { total: 9, lastHour: 4 } } });
    expect(said(counted, rule)).toMatchObject([{ severity }]);
    expect(said(counted, rule)[0]?.seen).toContain(`${name}: 4 in the last hour, 9 since`);
    const old = withMetrics({ istiod: { ...NEVER, [name]: { total: 9, lastHour: 0 } } });
    expect(said(old, rule)).toEqual([]);
    expect(said(old, 'istiod-content')).toHaveLength(1);
  });

  test('an istiod that is not scraped has no zero', () => {
    const facts = withMetrics({ istiod: null });
    expect(said(facts, 'istiod-not-scraped')).toMatchObject([{ severity: 'unknown' }]);
    expect(said(facts, 'istiod-content')).toEqual([]);
  });

  test('a count that never was is not said to be zero', () => {
    expect(said(withMetrics({ istiod: NEVER }), 'istiod-content')[0]?.seen).toContain(
      'pilot_total_xds_rejects never counted',
    );
  });
});
