import type { Labels } from '@/demo/prometheus/metric-registry';

/** Labels of the two ends of a report, made on first use: most ways in which a request could end never happen. */
export class LazyLabels {
  private clientLabels: Labels | null | undefined;
  private serverLabels: Labels | null | undefined;

  constructor(
    private readonly makeClient: () => Labels | null,
    private readonly makeServer: () => Labels | null,
  ) {}

  get client(): Labels | null {
    if (this.clientLabels === undefined) this.clientLabels = this.makeClient();
    return this.clientLabels;
  }

  get server(): Labels | null {
    if (this.serverLabels === undefined) this.serverLabels = this.makeServer();
    return this.serverLabels;
  }
}
