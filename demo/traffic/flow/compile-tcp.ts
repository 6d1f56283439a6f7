import { compileExternalNode, compileNode } from '@/demo/traffic/flow/compile-node';
import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import { connectionTo, destinationOf, groupsOf } from '@/demo/traffic/flow/endpoints';
import type { TcpFlowTarget, TcpForward } from '@/demo/traffic/flow/flow-plan';
import { requestDenial } from '@/demo/traffic/flow/request-access';
import {
  NOWHERE,
  passthroughLabels,
  ReportFactory,
  serviceLabels,
  type ServerEnd,
  type ServiceLabels,
} from '@/demo/traffic/flow/report-factory';
import { isSubset } from '@/demo/traffic/model/read-services';
import { latencyOf, meanMs } from '@/demo/traffic/latency';
import type { ServiceModel } from '@/demo/traffic/model/mesh-model';
import {
  clientPolicy,
  PASSTHROUGH_POLICY,
  type ClientPolicy,
} from '@/demo/traffic/routing/client-policy';
import { matchesAny } from '@/demo/traffic/routing/match-request';
import type { RouteTarget } from '@/demo/traffic/routing/route-table';

/** Routes exchanges on TCP connections: `tcp` and `tls` sections or TCPRoutes where there are any, else the service. */
export function compileTcp(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  service: ServiceModel | undefined,
): TcpForward {
  const { behaviour } = request;
  const openRatio = behaviour.connectionsPerExchange ?? (behaviour.protocol === 'tcp' ? 0.05 : 0.5);
  if (service === undefined) {
    return { kind: 'tcp', targets: [unknownHost(compilation, client, request)], openRatio };
  }
  const direct = { host: service.host, subset: null, port: request.port, weight: 1 };
  const scope = compilation.scopes.of(client);
  if (!scope.knows(service, request.port)) {
    const target = scope.registryOnly
      ? unknownHost(compilation, client, request)
      : compileTcpTarget(compilation, client, request, direct, true);
    return { kind: 'tcp', targets: [target], openRatio };
  }
  const targets = routeTargets(compilation, client, request, service)
    .filter((target) => target.weight > 0)
    .map((target) => compileTcpTarget(compilation, client, request, target, false));
  return { kind: 'tcp', targets, openRatio };
}

function routeTargets(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  service: ServiceModel,
): readonly RouteTarget[] {
  const direct = [{ host: service.host, subset: null, port: request.port, weight: 1 }];
  if (client.kind === 'bare') return direct;
  const proxy = {
    namespace: client.workload.namespace,
    labels: client.workload.labels,
    gateways: ['mesh'],
  };
  const { imports } = compilation.scopes.of(client);
  const owned = compilation.routes.forMesh(proxy, service.host, request.port, imports);
  const rule = owned?.tcp.find((candidate) => matchesAny(candidate.matches, request, proxy));
  return rule === undefined || rule.targets.length === 0 ? direct : rule.targets;
}

function compileTcpTarget(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  target: RouteTarget,
  passthrough: boolean,
): TcpFlowTarget {
  const { model } = compilation;
  const { service, port } = destinationOf(compilation, client, request, target, passthrough);
  const cluster = passthrough
    ? 'PassthroughCluster'
    : `outbound|${String(port)}|${target.subset ?? ''}|${target.host}`;
  const labels = tcpServiceLabels(service, target, passthrough);
  const reports = new ReportFactory(
    client,
    asTcp(request),
    labels,
    model.settings.trustDomain,
    false,
  );
  const failure = (flags: string): TcpFlowTarget => ({
    weight: target.weight,
    cluster,
    pool: null,
    groups: [
      {
        weight: 1,
        report: reports.tcp(NOWHERE, { flags, atServer: false, isError: true }),
        node: null,
      },
    ],
  });
  if (service === undefined) return failure('NC');
  const policy = passthrough
    ? PASSTHROUGH_POLICY
    : clientPolicy(model, client.workload, service, target.subset, port);
  if (policy.subsetMissing) return failure('NC');
  if (service.fromServiceEntry && service.selector === null) {
    const report = reports.tcp(NOWHERE, { flags: '-', atServer: false, isError: false });
    const node = compileExternalNode(compilation, service.host);
    const groups = [{ weight: 1, report, node }];
    const pool = compilePool(client, policy, groups, reports);
    return { weight: target.weight, cluster, pool, groups };
  }
  const subset = policy.subsetLabels;
  const pods =
    subset === null ? service.pods : service.pods.filter((pod) => isSubset(subset, pod.labels));
  if (pods.length === 0) return failure('UH');
  const groups = groupsOf(pods).map((endpoint) => {
    const connection = connectionTo(compilation, client, service, port, policy.tls, endpoint);
    const server: ServerEnd = {
      workload: endpoint.workload,
      hasProxy: endpoint.hasProxy,
      connection,
    };
    const access = { compilation, client, service, port };
    const denial = endpoint.hasProxy
      ? requestDenial(access, asTcp(request), server, endpoint.workload)
      : null;
    const flags = {
      reset: 'UC',
      'handshake-failure': 'UF,URX',
      mtls: '-',
      plaintext: '-',
      tls: '-',
    }[connection];
    const isError = flags !== '-' || denial !== null;
    const serverFlags = denial?.flags ?? '-';
    return {
      weight: endpoint.pods.length,
      report: reports.tcp(server, { flags, atServer: flags === '-', isError, serverFlags }),
      node: isError ? null : compileNode(compilation, endpoint.pods, request),
    };
  });
  const pool = compilePool(client, policy, groups, reports);
  return { weight: target.weight, cluster, pool, groups };
}

/** A connection is idle for three times as long as exchanges on it take: applications keep some in hand. */
const IDLE_FACTOR = 4;

/** Envoy closes connections beyond the limit before it has chosen an endpoint. */
function compilePool(
  client: FlowClient,
  policy: ClientPolicy,
  groups: TcpFlowTarget['groups'],
  reports: ReportFactory,
): TcpFlowTarget['pool'] {
  if (policy.maxConnections === null || client.kind === 'bare') return null;
  const weight = groups.reduce((sum, group) => sum + group.weight, 0);
  const exchangeMs = groups.reduce(
    (sum, group) => sum + (group.weight / weight) * meanMs(group.node?.latency ?? latencyOf(1)),
    0,
  );
  return {
    limit: policy.maxConnections,
    clientPods: Math.max(1, client.pods.length),
    holdMs: exchangeMs * IDLE_FACTOR,
    report: reports.tcp(NOWHERE, { flags: 'UO', atServer: false, isError: true }),
  };
}

function tcpServiceLabels(
  service: ServiceModel | undefined,
  target: RouteTarget,
  passthrough: boolean,
): ServiceLabels {
  if (service === undefined) return { host: target.host, name: target.host };
  return passthrough ? passthroughLabels(service, 'unknown') : serviceLabels(service);
}

/** HTTP on a port declared as TCP is treated as TCP. */
function asTcp(request: FlowRequest): FlowRequest {
  return { ...request, behaviour: { ...request.behaviour, protocol: 'tcp' } };
}

function unknownHost(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
): TcpFlowTarget {
  const { settings } = compilation.model;
  const { registryOnly: isBlocked } = compilation.scopes.of(client);
  const name = isBlocked ? 'BlackHoleCluster' : 'PassthroughCluster';
  const labels = { host: 'unknown', name };
  const reports = new ReportFactory(client, asTcp(request), labels, settings.trustDomain, false);
  const flags = isBlocked ? 'UH' : '-';
  const report = reports.tcp(NOWHERE, { flags, atServer: false, isError: isBlocked });
  return { weight: 1, cluster: name, pool: null, groups: [{ weight: 1, report, node: null }] };
}
