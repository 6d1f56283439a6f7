import type { CallBehaviour } from '@/demo/traffic/behaviour';
import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import { compileTarget } from '@/demo/traffic/flow/compile-target';
import type { TargetOptions } from '@/demo/traffic/flow/target-context';
import { compileTcp } from '@/demo/traffic/flow/compile-tcp';
import { ReportFactory, serviceLabels, type HttpEnd } from '@/demo/traffic/flow/report-factory';
import type { FlowCall, HttpForward, HttpReport, TcpForward } from '@/demo/traffic/flow/flow-plan';
import { fixedLatency, latencyOf, type Latency } from '@/demo/traffic/latency';
import type { LabelMap, ServiceModel } from '@/demo/traffic/model/mesh-model';
import { resolveHost } from '@/demo/traffic/routing/host-name';
import { matchesAny } from '@/demo/traffic/routing/match-request';
import type { OwnedRules } from '@/demo/traffic/routing/route-index';
import type { HttpRule, RouteRetries, RouteTarget } from '@/demo/traffic/routing/route-table';
import { gatewayNames } from '@/demo/traffic/routing/gateway-names';

const DEFAULT_RETRIES: RouteRetries = {
  attempts: 2,
  perTryTimeoutMs: null,
  on: new Set(['connect-failure', 'refused-stream', 'unavailable', 'cancelled']),
};

/** Routes one kind of call of one client. Headers of the request being handled travel on. */
export function compileCall(
  compilation: Compilation,
  client: FlowClient,
  behaviour: CallBehaviour,
  inherited: LabelMap,
): FlowCall {
  const { model } = compilation;
  const resolvedHost =
    client.kind === 'gateway'
      ? behaviour.host
      : resolveHost(
          behaviour.host,
          client.workload.namespace,
          model.settings.clusterDomain,
          (host) => model.services.has(host),
        );
  const request: FlowRequest = {
    behaviour,
    resolvedHost,
    host: behaviour.host,
    port: behaviour.port,
    method: behaviour.method,
    path: behaviour.path,
    headers: { ...inherited, ...behaviour.headers },
  };
  return {
    behaviour,
    clientPods: client.pods,
    clientHasProxy: client.kind !== 'bare',
    forward: compileForward(compilation, client, request),
  };
}

function compileForward(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
): HttpForward | TcpForward {
  const service = compilation.model.services.get(request.resolvedHost);
  if (client.kind === 'gateway') return gatewayForward(compilation, client, request);
  if (isTcp(service, request)) return compileTcp(compilation, client, request, service);
  if (client.kind === 'bare') return plainForward(compilation, client, request, service);
  const proxy = {
    namespace: client.workload.namespace,
    labels: client.workload.labels,
    gateways: ['mesh'],
  };
  const takesRoutes = service !== undefined || request.port === 80;
  const owned = takesRoutes
    ? compilation.routes.forMesh(proxy, request.resolvedHost, request.port)
    : null;
  if (owned !== null && owned.http.length > 0)
    return routedForward(compilation, client, request, owned, proxy);
  if (service === undefined) return unknownHostForward(compilation, client, request);
  return forwardBy(compilation, client, request, serviceRule(service, request), false);
}

/** The port decides; only where it says nothing does the proxy look at what is sent. */
function isTcp(service: ServiceModel | undefined, request: FlowRequest): boolean {
  const port = service?.ports.find(({ number }) => number === request.port);
  if (request.behaviour.protocol === 'tcp') return true;
  return port?.protocol === 'tcp' || port?.protocol === 'tls';
}

function gatewayForward(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
): HttpForward {
  const proxy = {
    namespace: client.workload.namespace,
    labels: client.workload.labels,
    gateways: gatewayNames(compilation.model, client.workload, request.host, request.port),
  };
  const owned = compilation.routes.forGateway(proxy, request.host);
  if (owned === null) return notFound(compilation, client, request);
  return routedForward(compilation, client, request, owned, proxy);
}

function routedForward(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  owned: OwnedRules,
  proxy: Parameters<typeof matchesAny>[2],
): HttpForward {
  const rule = owned.http.find(
    (candidate) =>
      matchesAny(candidate.matches, request, proxy) &&
      matchesAny(candidate.rootMatches, request, proxy),
  );
  if (rule === undefined) return notFound(compilation, client, request);
  return forwardBy(compilation, client, request, rule, owned.fromGatewayApi);
}

function forwardBy(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  rule: HttpRule,
  fromGatewayApi: boolean,
): HttpForward {
  if (rule.action.kind === 'respond') {
    return answered(compilation, client, request, {
      status: rule.action.status,
      flags: '-',
      latency: latencyOf(0.3),
      atServer: false,
    });
  }
  const hasFault = rule.fault.delay !== null || rule.fault.abort !== null;
  const options: TargetOptions = {
    timeoutMs: hasFault ? null : rule.timeoutMs,
    retries: hasFault ? { ...DEFAULT_RETRIES, attempts: 0 } : (rule.retries ?? DEFAULT_RETRIES),
    delayMs: 0,
    hidden: false,
    missingClusterStatus: fromGatewayApi ? 500 : 503,
  };
  const delayMs = rule.fault.delay?.ms ?? 0;
  const compile = (
    targets: readonly RouteTarget[],
    changed: TargetOptions,
  ): HttpForward['targets'] =>
    targets
      .filter((target) => target.weight > 0)
      .map((target) => compileTarget(compilation, client, request, target, changed));
  return {
    kind: 'http',
    answered: null,
    delayRatio: rule.fault.delay?.ratio ?? 0,
    abort: compileAbort(compilation, client, request, rule),
    targets: compile(rule.action.targets, options),
    delayedTargets:
      rule.fault.delay === null ? [] : compile(rule.action.targets, { ...options, delayMs }),
    mirrors: rule.mirrors.map((mirror) => ({
      ratio: mirror.ratio,
      target: compileTarget(compilation, client, request, mirror.target, {
        ...options,
        hidden: true,
      }),
    })),
  };
}

/** The fault filter answers before an endpoint is chosen, but after the route, so the service is known. */
function compileAbort(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  rule: HttpRule,
): HttpForward['abort'] {
  const abort = rule.fault.abort;
  if (abort === null) return null;
  const first = rule.action.kind === 'forward' ? rule.action.targets[0] : undefined;
  const service = compilation.model.services.get(first?.host ?? '');
  const report = (flags: string, latency: Latency): HttpReport =>
    factory(compilation, client, request, service).http(
      {
        status: abort.httpStatus ?? 503,
        grpcStatus: abort.grpcStatus ?? undefined,
        flags,
        latency,
        atServer: false,
      },
      { workload: null, hasProxy: false, connection: 'plaintext' },
    );
  return {
    ratio: abort.ratio,
    report: report('FI', latencyOf(0.3)),
    delayed: report('DI,FI', fixedLatency(rule.fault.delay?.ms ?? 0)),
  };
}

/** Without rules a request goes to the service it names. */
function serviceRule(service: ServiceModel, request: FlowRequest): HttpRule {
  return {
    matches: [],
    rootMatches: [],
    action: {
      kind: 'forward',
      targets: [{ host: service.host, subset: null, port: request.port, weight: 1 }],
    },
    fault: { delay: null, abort: null },
    timeoutMs: null,
    retries: null,
    mirrors: [],
  };
}

/** A client without proxy: the cluster's own load balancing, plaintext, no retries. */
function plainForward(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  service: ServiceModel | undefined,
): HttpForward {
  if (service === undefined) return unknownHostForward(compilation, client, request);
  const rule = { ...serviceRule(service, request), retries: { ...DEFAULT_RETRIES, attempts: 0 } };
  return forwardBy(compilation, client, request, rule, false);
}

/** A host that is in no registry: passed through, or refused where only the registry is allowed. */
function unknownHostForward(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
): HttpForward {
  const isBlocked = compilation.model.settings.registryOnly && client.kind !== 'bare';
  const external = compilation.application.externals.get(request.host);
  const name = isBlocked ? 'BlackHoleCluster' : 'PassthroughCluster';
  const reports = new ReportFactory(
    client,
    request,
    { host: request.host, name },
    compilation.model.settings.trustDomain,
    false,
  );
  const end: HttpEnd = isBlocked
    ? { status: 502, flags: '-', latency: latencyOf(0.3), atServer: false }
    : { status: 200, flags: '-', latency: latencyOf(external?.serviceMs ?? 60), atServer: false };
  const server = { workload: null, hasProxy: false, connection: 'plaintext' as const };
  return onlyAnswer(reports.http(end, server));
}

function notFound(compilation: Compilation, client: FlowClient, request: FlowRequest): HttpForward {
  return answered(compilation, client, request, {
    status: 404,
    flags: 'NR',
    latency: latencyOf(0.3),
    atServer: false,
  });
}

/** The proxy answers without having picked a cluster, so the metrics fall back to the Host header. */
function answered(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  end: HttpEnd,
): HttpForward {
  const server = { workload: null, hasProxy: false, connection: 'plaintext' as const };
  return onlyAnswer(factory(compilation, client, request, undefined).http(end, server));
}

function onlyAnswer(report: HttpReport): HttpForward {
  return {
    kind: 'http',
    answered: report,
    delayRatio: 0,
    abort: null,
    targets: [],
    delayedTargets: [],
    mirrors: [],
  };
}

function factory(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  service: ServiceModel | undefined,
): ReportFactory {
  const header =
    request.port === 80 || request.port === 443
      ? request.host
      : `${request.host}:${String(request.port)}`;
  const labels = service === undefined ? { host: header, name: header } : serviceLabels(service);
  return new ReportFactory(client, request, labels, compilation.model.settings.trustDomain, false);
}
