import type { FlowRequest } from '@/demo/traffic/flow/compilation';
import type { FlowGroup, FlowNode, FlowResponse, HttpReport } from '@/demo/traffic/flow/flow-plan';
import type { HttpEnd, ServerEnd } from '@/demo/traffic/flow/report-factory';
import {
  withDelay,
  type TargetContext,
  type TargetOptions,
} from '@/demo/traffic/flow/target-context';
import { exceedance, fixedLatency, within, type Latency } from '@/demo/traffic/latency';
import type { RouteRetries } from '@/demo/traffic/routing/route-table';

/**
 * The ways in which a try ends at a server that is reached: well, because of the application's own fault, because a call of
 * it failed, or given up by the client's proxy.
 */
export function responsesOf(
  context: TargetContext,
  server: ServerEnd,
  node: FlowNode | null,
  latency: Latency,
): FlowResponse[] {
  const perTryMs = perTryTimeout(context.options);
  const limitMs = Math.min(context.options.timeoutMs ?? Infinity, perTryMs ?? Infinity);
  const inTime = limitMs === Infinity ? latency : within(latency, limitMs);
  const answers = answersOf(context, server, node, inTime, limitMs);
  return perTryMs === null
    ? answers
    : [...answers, lateResponse(context, server, latency, perTryMs)];
}

function answersOf(
  context: TargetContext,
  server: ServerEnd,
  node: FlowNode | null,
  latency: Latency,
  maxMs: number,
): FlowResponse[] {
  const make = (
    kind: FlowResponse['kind'],
    ratio: number,
    status: number,
    grpcStatus?: number,
  ): FlowResponse => {
    const report = (flags: string): HttpReport =>
      context.reports.http(
        {
          status,
          grpcStatus,
          flags: withDelay(flags, context.options),
          latency,
          maxMs,
          atServer: true,
        },
        server,
      );
    const retriable = isRetriable(context.options.retries, context.request, status, grpcStatus);
    const first = report('-');
    return { kind, ratio, retriable, report: first, exhausted: retriable ? report('URX') : first };
  };
  const own = (node?.failures ?? []).map((failure) =>
    make('own', failure.ratio, failure.status, failure.grpcStatus),
  );
  return [make('ok', 0, 200), make('induced', 0, 500), ...own];
}

function isRetriable(
  retries: RouteRetries,
  request: FlowRequest,
  status: number,
  grpcStatus: number | undefined,
): boolean {
  if (retries.attempts === 0 || status < 400) return false;
  if (request.behaviour.protocol === 'grpc') {
    const names: Readonly<Record<number, string>> = {
      1: 'cancelled',
      4: 'deadline-exceeded',
      8: 'resource-exhausted',
      13: 'internal',
      14: 'unavailable',
    };
    return retries.on.has(names[grpcStatus ?? (status === 503 ? 14 : 2)] ?? '');
  }
  const isGatewayError = status >= 502 && status <= 504;
  return (
    (retries.on.has('5xx') && status >= 500) ||
    (retries.on.has('gateway-error') && isGatewayError) ||
    (retries.on.has('retriable-4xx') && status === 409) ||
    retries.on.has(String(status))
  );
}

/** Limit of one try, injected delay not counted; `null` when there is none or the whole request's is shorter. */
export function perTryTimeout({ retries, timeoutMs }: TargetOptions): number | null {
  const { perTryTimeoutMs } = retries;
  return perTryTimeoutMs === null ||
    perTryTimeoutMs <= 0 ||
    perTryTimeoutMs >= (timeoutMs ?? Infinity)
    ? null
    : perTryTimeoutMs;
}

/** Envoy treats a try that took too long like a reset: it is tried again under these conditions. */
function isLateRetriable({ attempts, on }: RouteRetries): boolean {
  return attempts > 0 && ['5xx', 'gateway-error', 'reset'].some((condition) => on.has(condition));
}

/**
 * Tries after the first. Where most retried tries are late, only as many as begin before the whole request's time is up.
 */
export function retryAttempts(options: TargetOptions, responses: readonly FlowResponse[]): number {
  const { attempts } = options.retries;
  const perTryMs = perTryTimeout(options);
  const late = responses.find(({ kind }) => kind === 'late');
  if (perTryMs === null || options.timeoutMs === null || late?.retriable !== true) return attempts;
  const failing = responses.reduce(
    (sum, { kind, retriable, ratio }) => (kind === 'own' && retriable ? sum + ratio : sum),
    0,
  );
  return late.ratio > failing
    ? Math.min(attempts, Math.ceil(options.timeoutMs / perTryMs) - 1)
    : attempts;
}

function lateResponse(
  context: TargetContext,
  server: ServerEnd,
  latency: Latency,
  perTryMs: number,
): FlowResponse {
  const { options } = context;
  const retriable = isLateRetriable(options.retries);
  const tries = options.retries.attempts + 1;
  const { timeoutMs } = options;
  const isCutShort = timeoutMs !== null && perTryMs * tries > timeoutMs;
  const totalMs = isCutShort ? timeoutMs : perTryMs * tries;
  const first = timedOut(context, server, perTryMs, 'UT');
  return {
    kind: 'late',
    ratio: exceedance(latency, perTryMs),
    retriable,
    report: first,
    exhausted: retriable ? timedOut(context, server, totalMs, isCutShort ? 'UT' : 'UT,URX') : first,
  };
}

/** The client's proxy gives up; the server's sees its caller go away before it answered (code 0, flag DC). */
function timedOut(
  context: TargetContext,
  server: ServerEnd,
  afterMs: number,
  flags: string,
): HttpReport {
  const end: HttpEnd = {
    status: 504,
    flags: withDelay(flags, context.options),
    latency: fixedLatency(afterMs),
    maxMs: afterMs,
    atServer: true,
    serverStatus: 0,
    serverFlags: 'DC',
  };
  return context.reports.http(end, server);
}

/** The end of requests that take longer than the route allows; `null` without such a limit. */
export function compileTimeout(
  context: TargetContext,
  server: ServerEnd,
  latency: Latency,
): FlowGroup['timeout'] {
  const { timeoutMs } = context.options;
  // Tries that are given up earlier are ways to end of their own.
  if (timeoutMs === null || perTryTimeout(context.options) !== null) return null;
  const report = timedOut(context, server, timeoutMs, 'UT');
  return { ratio: exceedance(latency, timeoutMs), report };
}
