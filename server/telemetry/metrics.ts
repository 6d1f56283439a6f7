import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Fanari's own metrics. */
export interface OwnMetrics {
  readonly registry: Registry;
  readonly calls: Counter<'source' | 'operation' | 'outcome'>;
  readonly callSeconds: Histogram<'source' | 'operation'>;
  readonly refreshSeconds: Histogram<'outcome'>;
  readonly buildSeconds: Histogram<'view'>;
  readonly watchRestarts: Counter<'kind' | 'reason'>;
  readonly streamClients: Gauge;
  readonly streamDropped: Counter;
  readonly writes: Counter<'outcome'>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** Makes the metrics in a registry of their own, so that a second server in one process does not collide. */
export function createMetrics(): OwnMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    calls: new Counter({
      name: 'fanari_upstream_calls_total',
      help: 'Calls to an upstream by fixed operation name',
      labelNames: ['source', 'operation', 'outcome'],
      registers,
    }),
    callSeconds: new Histogram({
      name: 'fanari_upstream_call_seconds',
      help: 'Time until an upstream had answered whole',
      labelNames: ['source', 'operation'],
      buckets: SECONDS,
      registers,
    }),
    refreshSeconds: new Histogram({
      name: 'fanari_refresh_seconds',
      help: 'Time of one reading of all telemetry queries of a window',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    }),
    buildSeconds: new Histogram({
      name: 'fanari_graph_build_seconds',
      help: 'Time to merge, build and serialise a graph',
      labelNames: ['view'],
      buckets: SECONDS,
      registers,
    }),
    watchRestarts: new Counter({
      name: 'fanari_watch_restarts_total',
      help: 'Kubernetes watches that ended before their time',
      labelNames: ['kind', 'reason'],
      registers,
    }),
    streamClients: new Gauge({
      name: 'fanari_stream_clients',
      help: 'Browsers on the graph stream',
      registers,
    }),
    streamDropped: new Counter({
      name: 'fanari_stream_dropped_total',
      help: 'Stream clients dropped because they read too slowly',
      registers,
    }),
    writes: new Counter({
      name: 'fanari_writes_total',
      help: 'Writes to the cluster by outcome; unknown: it may have been made',
      labelNames: ['outcome'],
      registers,
    }),
  };
}
