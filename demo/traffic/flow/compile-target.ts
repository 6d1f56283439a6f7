import { compileExternalNode, compileNode } from '@/demo/traffic/flow/compile-node';
import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import { connectionTo, groupsOf, type Endpoint } from '@/demo/traffic/flow/endpoints';
import type {
  FlowGroup,
  FlowNode,
  FlowResponse,
  FlowTarget,
  HttpReport,
} from '@/demo/traffic/flow/flow-plan';
import { isRequestAllowed } from '@/demo/traffic/flow/request-access';
import {
  ReportFactory,
  serviceLabels,
  type HttpEnd,
  type ServerEnd,
} from '@/demo/traffic/flow/report-factory';
import {
  exceedance,
  fixedLatency,
  latencyOf,
  meanMs,
  sequence,
  within,
  type Latency,
} from '@/demo/traffic/latency';
import { isSubset } from '@/demo/traffic/model/read-services';
import type { PodModel, ServiceModel } from '@/demo/traffic/model/mesh-model';
import { clientPolicy, type ClientPolicy } from '@/demo/traffic/routing/client-policy';
import type { RouteRetries, RouteTarget } from '@/demo/traffic/routing/route-table';

/** Settings of the route that apply to each of its destinations. */
export interface TargetOptions {
  readonly timeoutMs: number | null;
  readonly retries: RouteRetries;
  /** Injected delay that these requests waited for already (flag DI). */
  readonly delayMs: number;
  /** A mirrored copy: the client reports nothing. */
  readonly hidden: boolean;
  /** Status for a cluster that does not exist: 503, or 500 for Gateway API routes. */
  readonly missingClusterStatus: number;
}

interface Context {
  readonly compilation: Compilation;
  readonly client: FlowClient;
  readonly request: FlowRequest;
  readonly service: ServiceModel;
  readonly port: number;
  readonly policy: ClientPolicy;
  readonly options: TargetOptions;
  readonly reports: ReportFactory;
}

const NOWHERE: ServerEnd = { workload: null, hasProxy: false, connection: 'plaintext' };

/** Works out one weighted destination: does the cluster exist, who is behind it, and how do requests end there. */
export function compileTarget(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  target: RouteTarget,
  options: TargetOptions,
): FlowTarget {
  const service = compilation.model.services.get(target.host);
  const onlyPort = service?.ports.length === 1 ? service.ports[0]?.number : undefined;
  const port = target.port ?? onlyPort ?? request.port;
  const cluster = `outbound|${String(port)}|${target.subset ?? ''}|${target.host}`;
  const policy = policyFor(compilation, client, service, target, port);
  if (service === undefined || policy.subsetMissing || !hasPort(service, port)) {
    return missingCluster(compilation, client, request, target, cluster, options);
  }
  const { trustDomain } = compilation.model.settings;
  const reports = new ReportFactory(
    client,
    request,
    serviceLabels(service),
    trustDomain,
    options.hidden,
  );
  const context: Context = {
    compilation,
    client,
    request,
    service,
    port,
    policy,
    options,
    reports,
  };
  const groups = compileGroups(context);
  return {
    weight: target.weight,
    cluster,
    delayMs: options.delayMs,
    failure: groups.length === 0 ? unhealthy(context) : null,
    groups,
    pool: compilePool(context, groups),
    outlier:
      policy.outlier === null
        ? null
        : {
            policy: policy.outlier,
            key: `${client.workload.key}>${cluster}`,
            unhealthy: unhealthy(context),
          },
  };
}

function policyFor(
  compilation: Compilation,
  client: FlowClient,
  service: ServiceModel | undefined,
  target: RouteTarget,
  port: number,
): ClientPolicy {
  const place = { host: target.host, namespace: service?.namespace ?? client.workload.namespace };
  const who = { namespace: client.workload.namespace, labels: client.workload.labels };
  const policy = clientPolicy(compilation.model, who, place, target.subset, port);
  // Rules are for proxies: without one there are no pools and no ejection.
  return client.kind === 'bare' ? { ...policy, maxConcurrent: null, outlier: null } : policy;
}

function hasPort(service: ServiceModel, port: number): boolean {
  return service.ports.some(({ number }) => number === port);
}

function missingCluster(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  target: RouteTarget,
  cluster: string,
  options: TargetOptions,
): FlowTarget {
  const header = `${request.host}:${String(request.port)}`;
  const { trustDomain } = compilation.model.settings;
  const reports = new ReportFactory(
    client,
    request,
    { host: header, name: header },
    trustDomain,
    options.hidden,
  );
  const end = local(options.missingClusterStatus, 'NC', options);
  return {
    weight: target.weight,
    cluster,
    delayMs: options.delayMs,
    failure: reports.http(end, NOWHERE),
    groups: [],
    pool: null,
    outlier: null,
  };
}

/** An answer that the client's proxy makes itself, after any injected delay. */
function local(status: number, flags: string, options: TargetOptions): HttpEnd {
  return {
    status,
    flags: withDelay(flags, options),
    latency: delayed(latencyOf(0.4), options),
    atServer: false,
  };
}

function withDelay(flags: string, options: TargetOptions): string {
  if (options.delayMs === 0) return flags;
  return flags === '-' ? 'DI' : `DI,${flags}`;
}

function unhealthy(context: Context): HttpReport {
  return context.reports.http(local(503, 'UH', context.options), NOWHERE);
}

function compileGroups(context: Context): FlowGroup[] {
  const { service, policy, compilation } = context;
  if (service.fromServiceEntry && service.selector === null) return [externalGroup(context)];
  const labels = policy.subsetLabels;
  const pods =
    labels === null ? service.pods : service.pods.filter((pod) => isSubset(labels, pod.labels));
  return groupsOf(pods).map((endpoint) => {
    const connection = connectionTo(
      compilation,
      context.client,
      service,
      context.port,
      policy.tls,
      endpoint,
    );
    const server: ServerEnd = {
      workload: endpoint.workload,
      hasProxy: endpoint.hasProxy,
      connection,
    };
    return compileGroup(context, endpoint, server);
  });
}

function externalGroup(context: Context): FlowGroup {
  const node = compileExternalNode(context.compilation, context.service.host);
  return servedGroup(context, [], null, NOWHERE, node);
}

function compileGroup(context: Context, endpoint: Endpoint, server: ServerEnd): FlowGroup {
  const refused = refusal(context, endpoint, server);
  if (refused !== null) {
    return {
      workload: endpoint.workload,
      pods: endpoint.pods,
      weight: endpoint.pods.length,
      refused,
      responses: [],
      timeout: null,
      retryAttempts: 0,
      node: null,
    };
  }
  const node = compileNode(context.compilation, endpoint.pods, context.request);
  return servedGroup(context, endpoint.pods, endpoint, server, node);
}

function refusal(context: Context, endpoint: Endpoint, server: ServerEnd): HttpReport | null {
  const { options, reports, client } = context;
  if (server.connection === 'handshake-failure') {
    const flags = options.retries.attempts > 0 ? 'UF,URX' : 'UF';
    return reports.http(local(503, flags, options), server);
  }
  if (server.connection === 'reset') return reports.http(local(503, 'UC', options), server);
  if (
    !endpoint.hasProxy ||
    isRequestAllowed(
      context.compilation.model,
      client,
      endpoint,
      context.request,
      context.port,
      server,
    )
  ) {
    return null;
  }
  const end = { ...local(403, '-', options), atServer: true };
  return reports.http(end, server);
}

function servedGroup(
  context: Context,
  pods: readonly PodModel[],
  endpoint: Endpoint | null,
  server: ServerEnd,
  node: FlowNode | null,
): FlowGroup {
  const latency = delayed(node?.latency ?? latencyOf(3), context.options);
  const timeoutMs = context.options.timeoutMs;
  const served = timeoutMs === null ? latency : within(latency, timeoutMs);
  return {
    workload: endpoint?.workload ?? null,
    pods,
    weight: Math.max(1, pods.length),
    refused: null,
    responses: responsesOf(context, server, node, served),
    timeout: timeoutMs === null ? null : compileTimeout(context, server, latency, timeoutMs),
    retryAttempts: context.options.retries.attempts,
    node,
  };
}

function delayed(latency: Latency, options: TargetOptions): Latency {
  return options.delayMs === 0 ? latency : sequence(fixedLatency(options.delayMs), latency);
}

function responsesOf(
  context: Context,
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
function compileTimeout(
  context: Context,
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

function compilePool(context: Context, groups: readonly FlowGroup[]): FlowTarget['pool'] {
  const { policy, client, options } = context;
  if (policy.maxConcurrent === null || options.hidden || groups.length === 0) return null;
  const weight = groups.reduce((sum, group) => sum + group.weight, 0);
  const holdMs = groups.reduce(
    (sum, group) =>
      sum + (group.weight / weight) * meanMs(group.responses[0]?.report.latency ?? latencyOf(1)),
    0,
  );
  return {
    limit: policy.maxConcurrent,
    clientPods: Math.max(1, client.pods.length),
    holdMs,
    report: context.reports.http(local(503, 'UO', options), NOWHERE),
  };
}
