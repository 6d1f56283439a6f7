import { compileExternalNode, compileNode } from '@/demo/traffic/flow/compile-node';
import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import { connectionTo, groupsOf } from '@/demo/traffic/flow/endpoints';
import type { TcpFlowTarget, TcpForward } from '@/demo/traffic/flow/flow-plan';
import { isRequestAllowed } from '@/demo/traffic/flow/request-access';
import { ReportFactory, serviceLabels, type ServerEnd } from '@/demo/traffic/flow/report-factory';
import { isSubset } from '@/demo/traffic/model/read-services';
import { latencyOf, meanMs } from '@/demo/traffic/latency';
import type { ServiceModel } from '@/demo/traffic/model/mesh-model';
import { clientPolicy, type ClientPolicy } from '@/demo/traffic/routing/client-policy';
import { matchesAny } from '@/demo/traffic/routing/match-request';
import type { RouteTarget } from '@/demo/traffic/routing/route-table';

const NOWHERE: ServerEnd = { workload: null, hasProxy: false, connection: 'plaintext' };

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
  const targets = routeTargets(compilation, client, request, service)
    .filter((target) => target.weight > 0)
    .map((target) => compileTcpTarget(compilation, client, request, target));
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
  const owned = compilation.routes.forMesh(proxy, service.host, request.port);
  const rule = owned?.tcp.find((candidate) => matchesAny(candidate.matches, request, proxy));
  return rule === undefined || rule.targets.length === 0 ? direct : rule.targets;
}

function compileTcpTarget(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  target: RouteTarget,
): TcpFlowTarget {
  const { model } = compilation;
  const service = model.services.get(target.host);
  const onlyPort = service?.ports.length === 1 ? service.ports[0]?.number : undefined;
  const port = target.port ?? onlyPort ?? request.port;
  const cluster = `outbound|${String(port)}|${target.subset ?? ''}|${target.host}`;
  const labels =
    service === undefined ? { host: target.host, name: target.host } : serviceLabels(service);
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
  const policy = clientPolicy(model, client.workload, service, target.subset, port);
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
    const isDenied =
      endpoint.hasProxy && !isRequestAllowed(model, client, endpoint, asTcp(request), port, server);
    const flags = {
      reset: 'UC',
      'handshake-failure': 'UF,URX',
      mtls: '-',
      plaintext: '-',
      tls: '-',
    }[connection];
    const isError = flags !== '-' || isDenied;
    return {
      weight: endpoint.pods.length,
      report: reports.tcp(server, { flags, atServer: flags === '-', isError }),
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
  const name = settings.registryOnly ? 'BlackHoleCluster' : 'PassthroughCluster';
  const labels = { host: 'unknown', name };
  const reports = new ReportFactory(client, asTcp(request), labels, settings.trustDomain, false);
  const isBlocked = settings.registryOnly && client.kind !== 'bare';
  const flags = isBlocked ? 'UH' : '-';
  const report = reports.tcp(NOWHERE, { flags, atServer: false, isError: isBlocked });
  return { weight: 1, cluster: name, pool: null, groups: [{ weight: 1, report, node: null }] };
}
