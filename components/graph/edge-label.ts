/** What is written on edges. `throughput` is bytes per second, requests and responses together. */
export type EdgeLabel = 'rps' | 'share' | 'p95' | 'throughput' | 'none';
