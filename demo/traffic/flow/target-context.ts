import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import type { HttpEnd, ReportFactory } from '@/demo/traffic/flow/report-factory';
import { fixedLatency, latencyOf, sequence, type Latency } from '@/demo/traffic/latency';
import type { ServiceModel } from '@/demo/traffic/model/mesh-model';
import type { ClientPolicy } from '@/demo/traffic/routing/client-policy';
import type { RouteRetries } from '@/demo/traffic/routing/route-table';

/** Settings of the route that apply to each of its destinations. */
export interface TargetOptions {
  readonly timeoutMs: number | null;
  readonly retries: RouteRetries;
  /** Injected delay that these requests waited for already (flag DI). */
  readonly delayMs: number;
  /** The client's proxy knows no such service and passes the request through to it: no rules, in plaintext. */
  readonly passthrough: boolean;
  /** A mirrored copy: the client reports nothing. */
  readonly hidden: boolean;
  /** Status for a cluster that does not exist: 503, or 500 for Gateway API routes. */
  readonly missingClusterStatus: number;
}

/** Everything that decides how requests to one destination end. */
export interface TargetContext {
  readonly compilation: Compilation;
  readonly client: FlowClient;
  readonly request: FlowRequest;
  readonly service: ServiceModel;
  readonly port: number;
  readonly policy: ClientPolicy;
  readonly options: TargetOptions;
  readonly reports: ReportFactory;
}

/** An answer that the client's proxy makes itself, after any injected delay. */
export function localEnd(status: number, flags: string, options: TargetOptions): HttpEnd {
  return {
    status,
    flags: withDelay(flags, options),
    latency: delayed(latencyOf(0.4), options),
    atServer: false,
  };
}

/** Client flags, with DI in front for requests that were delayed. */
export function withDelay(flags: string, options: TargetOptions): string {
  if (options.delayMs === 0) return flags;
  return flags === '-' ? 'DI' : `DI,${flags}`;
}

/** The latency as the client sees it, injected delay included. */
export function delayed(latency: Latency, options: TargetOptions): Latency {
  return options.delayMs === 0 ? latency : sequence(fixedLatency(options.delayMs), latency);
}
