import { compileTimeout, responsesOf, retryAttempts } from '@/demo/traffic/flow/compile-responses';
import {
  delayed,
  localEnd,
  type TargetContext,
  type TargetOptions,
} from '@/demo/traffic/flow/target-context';
import { compileExternalNode, compileNode } from '@/demo/traffic/flow/compile-node';
import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import {
  connectionTo,
  destinationOf,
  groupsOf,
  type Endpoint,
} from '@/demo/traffic/flow/endpoints';
import type { FlowGroup, FlowNode, FlowTarget, HttpReport } from '@/demo/traffic/flow/flow-plan';
import { requestDenial } from '@/demo/traffic/flow/request-access';
import {
  NOWHERE,
  passthroughLabels,
  ReportFactory,
  serviceLabels,
  type ServerEnd,
} from '@/demo/traffic/flow/report-factory';
import { latencyOf, meanMs } from '@/demo/traffic/latency';
import { isSubset } from '@/demo/traffic/model/read-services';
import type { PodModel, ServiceModel } from '@/demo/traffic/model/mesh-model';
import {
  clientPolicy,
  PASSTHROUGH_POLICY,
  type ClientPolicy,
} from '@/demo/traffic/routing/client-policy';
import type { RouteRetries, RouteTarget } from '@/demo/traffic/routing/route-table';

/** Works out one weighted destination: does the cluster exist, who is behind it, and how do requests end there. */
export function compileTarget(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  target: RouteTarget,
  options: TargetOptions,
): FlowTarget {
  const { service, port } = destinationOf(
    compilation,
    client,
    request,
    target,
    options.passthrough,
  );
  const cluster = options.passthrough
    ? 'PassthroughCluster'
    : `outbound|${String(port)}|${target.subset ?? ''}|${target.host}`;
  const policy = options.passthrough
    ? PASSTHROUGH_POLICY
    : policyFor(compilation, client, service, target, port);
  if (service === undefined || policy.subsetMissing || !hasPort(service, port)) {
    return missingCluster(compilation, client, request, target, cluster, options);
  }
  const { trustDomain } = compilation.model.settings;
  const reports = new ReportFactory(
    client,
    request,
    options.passthrough ? passthroughLabels(service, request.host) : serviceLabels(service),
    trustDomain,
    options.hidden,
  );
  const context: TargetContext = {
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
    pool: compilePool(context, groups, cluster),
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
  return client.kind === 'bare'
    ? { ...policy, maxConcurrent: null, maxConnections: null, outlier: null }
    : policy;
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
  const end = localEnd(options.missingClusterStatus, 'NC', options);
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

function unhealthy(context: TargetContext): HttpReport {
  return context.reports.http(localEnd(503, 'UH', context.options), NOWHERE);
}

function compileGroups(context: TargetContext): FlowGroup[] {
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

function externalGroup(context: TargetContext): FlowGroup {
  const node = compileExternalNode(context.compilation, context.service.host);
  return servedGroup(context, [], null, NOWHERE, node);
}

function compileGroup(context: TargetContext, endpoint: Endpoint, server: ServerEnd): FlowGroup {
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

function refusal(context: TargetContext, endpoint: Endpoint, server: ServerEnd): HttpReport | null {
  const { options, reports } = context;
  if (server.connection === 'handshake-failure') {
    const flags = retriesResets(options.retries, 'connect-failure') ? 'UF,URX' : 'UF';
    return reports.http(localEnd(503, flags, options), server);
  }
  if (server.connection === 'reset') {
    const flags = retriesResets(options.retries, 'reset') ? 'UC,URX' : 'UC';
    return reports.http(localEnd(503, flags, options), server);
  }
  if (!endpoint.hasProxy) return null;
  const denial = requestDenial(context, context.request, server, endpoint.workload);
  if (denial === null) return null;
  const end = { ...localEnd(denial.status, '-', options), atServer: true };
  return reports.http({ ...end, serverFlags: denial.flags }, server);
}

/** Whether a try without any answer is made again. */
function retriesResets({ attempts, on }: RouteRetries, condition: string): boolean {
  const sufficient = [condition, '5xx', 'gateway-error', 'reset', 'reset-before-request'];
  return attempts > 0 && sufficient.some((each) => on.has(each));
}

function servedGroup(
  context: TargetContext,
  pods: readonly PodModel[],
  endpoint: Endpoint | null,
  server: ServerEnd,
  node: FlowNode | null,
): FlowGroup {
  const latency = delayed(node?.latency ?? latencyOf(3), context.options);
  const responses = responsesOf(context, server, node, latency);
  return {
    workload: endpoint?.workload ?? null,
    pods,
    weight: Math.max(1, pods.length),
    refused: null,
    responses,
    timeout: compileTimeout(context, server, latency),
    retryAttempts: retryAttempts(context.options, responses),
    node,
  };
}

function compilePool(
  context: TargetContext,
  groups: readonly FlowGroup[],
  cluster: string,
): FlowTarget['pool'] {
  const { policy, client, options } = context;
  if (policy.maxConcurrent === null || options.hidden || groups.length === 0) return null;
  const weight = groups.reduce((sum, group) => sum + group.weight, 0);
  const holdMs = groups.reduce(
    (sum, group) =>
      sum + (group.weight / weight) * meanMs(group.responses[0]?.report.latency ?? latencyOf(1)),
    0,
  );
  return {
    key: `${client.workload.key}>${cluster}`,
    limit: policy.maxConcurrent,
    clientPods: Math.max(1, client.pods.length),
    holdMs,
    report: context.reports.http(localEnd(503, 'UO', options), NOWHERE),
  };
}
