import type { HistogramHandle, SeriesHandle } from '@/demo/prometheus/metric-registry';
import { SampleStore } from '@/demo/prometheus/sample-store';

/** First snapshot of {@link seededStore}, epoch milliseconds: inside one two-hour block, and not on a full minute. */
export const SEEDED_START_MS = Date.UTC(2026, 0, 15, 8, 3, 7, 250);
/** Time between its snapshots, milliseconds. */
export const SEEDED_STEP_MS = 5000;
/** Number of its snapshots: 40 minutes. */
export const SEEDED_SNAPSHOTS = 480;

/** A repeatable source of numbers in 0..1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const BOUNDS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 3_600_000];

/**
 * A small mesh and some oddities: counters that reset, series that begin late, end early, or come back, gauges with NaN
 * and infinities, labels that are missing here and there, metrics that differ by name only.
 */
export class SeededMetrics {
  readonly store = new SampleStore({ retentionMs: 24 * 3_600_000 });
  private readonly random: () => number;
  private tick = 0;
  private readonly requests: { handle: SeriesHandle; pace: number }[] = [];
  private readonly durations: { handle: HistogramHandle; pace: number; typicalMs: number }[] = [];

  constructor(seed: number) {
    this.random = seededRandom(seed);
    for (let edge = 0; edge < 8; edge++) this.addEdge(edge);
  }

  /** Lets time pass and takes one snapshot. */
  advance(atMs: number): void {
    const { random, store, tick } = this;
    for (const { handle, pace } of this.requests) handle.add(Math.floor(random() * pace));
    for (const { handle, pace, typicalMs } of this.durations) {
      const observations = Math.floor(random() * pace);
      for (let each = 0; each < observations; each++) {
        handle.observe(typicalMs * Math.exp(2 * random() - 1));
      }
    }
    this.advanceOddities(tick);
    store.snapshot(atMs);
    this.tick++;
  }

  private addEdge(edge: number): void {
    const { store } = this;
    for (const reporter of ['source', 'destination', 'waypoint']) {
      if (reporter === 'waypoint' && edge % 3 !== 0) continue;
      const labels = edgeLabels(edge, reporter);
      const name = 'istio_request_duration_milliseconds';
      const handle = store.histogram(name, 'Duration of requests.', BOUNDS, labels);
      this.durations.push({ handle, pace: 1 + edge * 4, typicalMs: 3 * 2 ** edge });
      for (const [index, code] of ['200', '404', '503'].entries()) {
        const counted = { ...labels, response_code: code };
        this.requests.push({
          handle: store.counter('istio_requests_total', 'Requests.', counted),
          pace: index === 0 ? 5 + edge * 7 : edge % (index + 2),
        });
      }
    }
  }

  private advanceOddities(tick: number): void {
    const { store, random } = this;
    const counter = (name: string, labels: Record<string, string>): SeriesHandle =>
      store.counter(name, 'An oddity.', labels);
    const gauge = (name: string, labels: Record<string, string>): SeriesHandle =>
      store.gauge(name, 'An oddity.', labels);
    counter('resetting_total', { instance: 'a' }).add(1 + Math.floor(random() * 9));
    counter('resetting_total', { instance: 'b' }).add(random() * 3);
    if (tick % 37 === 36) store.endSeries('resetting_total', { instance: 'a' });
    if (tick % 37 === 36) counter('resetting_total', { instance: 'a' }).add(1);
    if (tick > 200) counter('late_total', { instance: 'late', zone: 'x' }).add(4);
    if (tick < 300) counter('early_total', { instance: 'early' }).add(2);
    if (tick === 300) store.endSeries('early_total', { instance: 'early' });
    if (tick % 120 < 80) counter('flapping_total', { instance: 'flap' }).add(3);
    else store.endSeries('flapping_total', { instance: 'flap' });
    if (tick % 40 === 0) counter('sparse_total', { instance: 's' }).add(7);
    else store.endSeries('sparse_total', { instance: 's' });
    for (const [index, zone] of ['x', 'y', ''].entries()) {
      for (const instance of ['a', 'b', 'c']) {
        const wave = Math.sin(tick / (7 + index)) * 10 + random() * 3;
        gauge('temperature', { instance, zone }).set(wave);
        gauge('capacity', { instance, zone, unit: 'u' }).set(
          20 + index + instance.charCodeAt(0) / 7,
        );
      }
    }
    gauge('weight', { zone: 'x', owner: 'team "x"\\1\n' }).set(2);
    gauge('weight', { zone: 'y', owner: 'tëam y' }).set(-3.5);
    gauge('strange', { kind: 'nan' }).set(Number.NaN);
    gauge('strange', { kind: 'inf' }).set(Number.POSITIVE_INFINITY);
    gauge('strange', { kind: 'minus' }).set(Number.NEGATIVE_INFINITY);
    gauge('strange', { kind: 'sometimes' }).set(
      tick % 3 === 0 ? Number.NaN : tick % 3 === 1 ? Infinity : tick,
    );
    gauge('strange', { kind: 'tiny' }).set(tick * 1e-9);
    gauge('strange', { kind: 'huge' }).set(tick * 1e21);
    gauge('strange', { kind: 'zero' }).set(-0);
    gauge('twin_a', { instance: 'a' }).set(tick);
    gauge('twin_b', { instance: 'a' }).set(-tick);
    gauge('constant', {}).set(42);
    gauge('level', { instance: 'a' }).set(tick % 4);
    gauge('level', { instance: 'b' }).set((tick + 1) % 4);
    gauge('bucketless_bucket', { le: 'x' }).set(1);
    gauge('odd_bucket', { le: '1', h: 'a' }).set(5);
    gauge('odd_bucket', { le: '2', h: 'a' }).set(3);
    gauge('odd_bucket', { le: '1e1', h: 'a' }).set(7);
    gauge('odd_bucket', { le: '10', h: 'a' }).set(1);
    gauge('odd_bucket', { le: '+Inf', h: 'a' }).set(9);
    gauge('odd_bucket', { le: '1', h: 'noinf' }).set(9);
    gauge('odd_bucket', { le: '-2', h: 'neg' }).set(4);
    gauge('odd_bucket', { le: '+Inf', h: 'neg' }).set(9);
  }
}

function edgeLabels(edge: number, reporter: string): Record<string, string> {
  const name = (index: number): string => `app-${index % 5}`;
  const labels: Record<string, string> = {
    reporter,
    source_workload: `${name(edge)}-v1`,
    source_workload_namespace: edge % 2 === 0 ? 'shop' : 'bank',
    destination_workload: `${name(edge + 1)}-v${1 + (edge % 2)}`,
    destination_workload_namespace: 'shop',
    destination_service: `${name(edge + 1)}.shop.svc.cluster.local`,
    request_protocol: edge === 4 ? 'grpc' : 'http',
    response_flags: '-',
    connection_security_policy: reporter === 'source' ? 'unknown' : 'mutual_tls',
  };
  // As older proxies and Telemetry objects leave them out, and as plaintext has them.
  if (edge % 4 !== 3) {
    const isNamed = edge % 4 !== 2;
    labels['source_principal'] = isNamed
      ? `spiffe://cluster.local/ns/shop/sa/${name(edge)}`
      : 'unknown';
    labels['destination_principal'] = isNamed
      ? `spiffe://cluster.local/ns/shop/sa/${name(edge + 1)}`
      : 'unknown';
  }
  if (edge === 4) labels['grpc_response_status'] = '0';
  return labels;
}

/** A store with the whole seeded history. */
export function seededStore(seed: number): SampleStore {
  const metrics = new SeededMetrics(seed);
  for (let index = 0; index < SEEDED_SNAPSHOTS; index++) {
    metrics.advance(SEEDED_START_MS + index * SEEDED_STEP_MS);
  }
  return metrics.store;
}
