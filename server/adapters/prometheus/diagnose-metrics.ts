import type { IstiodCount, IstiodCounts, MetricDiagnosis } from '@/mesh/doctor/facts';
import type { Result } from '@/mesh/result';
import type { PrometheusClient } from '@/server/adapters/prometheus/client';
import {
  FIGURE,
  istiodState,
  MESH_METRICS,
  meshState,
} from '@/server/adapters/prometheus/diagnosis-queries';
import { EDGE_METRICS } from '@/server/adapters/prometheus/queries';
import type { WireSample } from '@/server/adapters/prometheus/wire';
import type { SourceError } from '@/server/errors';
import type { MetricLimits } from '@/server/ports';

const HOUR_MS = 3_600_000;

type Figures = ReadonlyMap<string, number>;

/** Asks Prometheus by two queries and two look-ups what it knows of the mesh and of istiod. */
export async function diagnoseMetrics(
  client: PrometheusClient,
  limits: MetricLimits,
  nowMs: number,
  signal: AbortSignal,
): Promise<Omit<MetricDiagnosis, 'clock'>> {
  const range = { startMs: nowMs - HOUR_MS, endMs: nowMs };
  const [mesh, istiod, metrics, labels] = await Promise.all([
    client.query('doctor-mesh', meshState(client.everywhere), null, signal),
    client.query('doctor-istiod', istiodState(client.everywhere), null, signal),
    client.labelValues('__name__', [{ metric: '', matchers: [MESH_METRICS] }], signal, range),
    client.labelNames([{ metric: EDGE_METRICS.requests, matchers: [] }], signal, range),
  ]);
  return {
    fault: mesh.ok ? null : mesh.error.message,
    metrics: metrics.ok ? metrics.value : null,
    requestLabels: labels.ok ? labels.value : null,
    ...toState(figuresOf(mesh)),
    ...limits,
    istiod: toCounts(figuresOf(istiod)),
  };
}

function figuresOf(answer: Result<readonly WireSample[], SourceError>): Figures {
  const samples = answer.ok ? answer.value : [];
  return new Map(samples.map(({ labels, value }) => [labels[FIGURE] ?? '', value]));
}

function toState(figures: Figures): Pick<MetricDiagnosis, 'newestSampleSeconds' | 'isTraffic'> {
  const now = figures.get('now');
  const times = [figures.get('requests-at'), figures.get('tcp-at')].filter(
    (time) => time !== undefined,
  );
  const rates = [figures.get('requests-per-second'), figures.get('tcp-bytes-per-second')].filter(
    (rate) => rate !== undefined,
  );
  return {
    newestSampleSeconds: now === undefined || times.length === 0 ? null : now - Math.max(...times),
    isTraffic: rates.length === 0 ? null : rates.some((rate) => rate > 0),
  };
}

function toCounts(figures: Figures): IstiodCounts | null {
  if (!figures.has('istiods')) return null;
  const of = (name: keyof IstiodCounts) => toCount(figures, name);
  return {
    pilot_total_xds_rejects: of('pilot_total_xds_rejects'),
    pilot_total_rejected_configs: of('pilot_total_rejected_configs'),
    galley_validation_failed: of('galley_validation_failed'),
    sidecar_injection_failure_total: of('sidecar_injection_failure_total'),
  };
}

/** A count that is smaller than it was began anew, when istiod was started again. */
function toCount(figures: Figures, name: string): IstiodCount | null {
  const total = figures.get(name);
  if (total === undefined) return null;
  const before = figures.get(`${name} before`);
  return { total, lastHour: before === undefined || before > total ? total : total - before };
}
