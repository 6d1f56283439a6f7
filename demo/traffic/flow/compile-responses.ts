import type { FlowRequest } from '@/demo/traffic/flow/compilation';
import type { FlowGroup, FlowNode, FlowResponse, HttpReport } from '@/demo/traffic/flow/flow-plan';
import type { HttpEnd, ServerEnd } from '@/demo/traffic/flow/report-factory';
import { withDelay, type TargetContext } from '@/demo/traffic/flow/target-context';
import { exceedance, fixedLatency, type Latency } from '@/demo/traffic/latency';
import type { RouteRetries } from '@/demo/traffic/routing/route-table';

/** The ways in which a server that is reached answers: well, because of its own fault, or because a call of it failed. */
export function responsesOf(
  context: TargetContext,
  server: ServerEnd,
  node: FlowNode | null,
  latency: Latency,
): FlowResponse[] {
  const maxMs = context.options.timeoutMs ?? Infinity;
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

/** The client's proxy gives up; the server's sees its caller go away before it answered (code 0, flag DC). */
export function compileTimeout(
  context: TargetContext,
  server: ServerEnd,
  latency: Latency,
  timeoutMs: number,
): FlowGroup['timeout'] {
  const end: HttpEnd = {
    status: 504,
    flags: 'UT',
    latency: fixedLatency(timeoutMs),
    maxMs: timeoutMs,
    atServer: true,
    serverStatus: 0,
    serverFlags: 'DC',
  };
  return { ratio: exceedance(latency, timeoutMs), report: context.reports.http(end, server) };
}
