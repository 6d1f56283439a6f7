import type { CallBehaviour } from '@/demo/traffic/behaviour';
import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import { compileTarget } from '@/demo/traffic/flow/compile-target';
import type { TargetOptions } from '@/demo/traffic/flow/target-context';
import { compileTcp } from '@/demo/traffic/flow/compile-tcp';
import {
  answered,
  answerReports,
  notFound,
  unknownHostForward,
} from '@/demo/traffic/flow/proxy-answers';
import { NOWHERE } from '@/demo/traffic/flow/report-factory';
import { gatewayDenial } from '@/demo/traffic/flow/request-access';
import type { FlowCall, HttpForward, HttpReport, TcpForward } from '@/demo/traffic/flow/flow-plan';
import { fixedLatency, latencyOf, type Latency } from '@/demo/traffic/latency';
import type { LabelMap, ServiceModel } from '@/demo/traffic/model/mesh-model';
import { resolveHost } from '@/demo/traffic/routing/host-name';
import { matchesAny, type RoutingProxy } from '@/demo/traffic/routing/match-request';
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
  return sidecarForward(compilation, client, request, service);
}

function sidecarForward(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  service: ServiceModel | undefined,
): HttpForward {
  const { registryOnly, knows, imports } = compilation.scopes.of(client);
  const proxy = {
    namespace: client.workload.namespace,
    labels: client.workload.labels,
    gateways: ['mesh'],
  };
  const isKnown = service !== undefined && knows(service, request.port);
  const takesRoutes = isKnown || request.port === 80;
  const owned = takesRoutes
    ? compilation.routes.forMesh(proxy, request.resolvedHost, request.port, imports)
    : null;
  if (owned !== null && owned.http.length > 0)
    return routedForward(compilation, client, request, owned, proxy);
  if (service === undefined || (!isKnown && registryOnly)) {
    return unknownHostForward(compilation, client, request);
  }
  if (isKnown) return forwardBy(compilation, client, request, serviceRule(service, request));
  return forwardBy(compilation, client, request, untried(service, request), { passthrough: true });
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
  const rule = owned === null ? undefined : findRule(owned, request, proxy);
  const denial = gatewayDenial(compilation.model, client.workload, request);
  if (denial !== null) {
    const service = firstService(compilation, rule);
    return answered(compilation, client, request, denial.status, denial.flags, service);
  }
  if (owned === null || rule === undefined) return notFound(compilation, client, request);
  return forwardBy(compilation, client, request, rule, owned);
}

function routedForward(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  owned: OwnedRules,
  proxy: RoutingProxy,
): HttpForward {
  const rule = findRule(owned, request, proxy);
  if (rule === undefined) return notFound(compilation, client, request);
  return forwardBy(compilation, client, request, rule, owned);
}

function findRule(
  owned: OwnedRules,
  request: FlowRequest,
  proxy: RoutingProxy,
): HttpRule | undefined {
  return owned.http.find(
    (candidate) =>
      matchesAny(candidate.matches, request, proxy) &&
      matchesAny(candidate.rootMatches, request, proxy),
  );
}

/** The proxy has settled on a cluster before its filters run, so its own answers name the service. */
function firstService(
  compilation: Compilation,
  rule: HttpRule | undefined,
): ServiceModel | undefined {
  const first = rule?.action.kind === 'forward' ? rule.action.targets[0] : undefined;
  return compilation.model.services.get(first?.host ?? '');
}

function forwardBy(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  rule: HttpRule,
  { fromGatewayApi = false, passthrough = false } = {},
): HttpForward {
  if (rule.action.kind === 'respond') {
    return answered(compilation, client, request, rule.action.status, '-');
  }
  const hasFault = rule.fault.delay !== null || rule.fault.abort !== null;
  const options: TargetOptions = {
    timeoutMs: hasFault ? null : rule.timeoutMs,
    retries: hasFault ? { ...DEFAULT_RETRIES, attempts: 0 } : (rule.retries ?? DEFAULT_RETRIES),
    delayMs: 0,
    passthrough,
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

/** The fault filter answers before an endpoint is chosen. */
function compileAbort(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  rule: HttpRule,
): HttpForward['abort'] {
  const abort = rule.fault.abort;
  if (abort === null) return null;
  const service = firstService(compilation, rule);
  const report = (flags: string, latency: Latency): HttpReport =>
    answerReports(compilation, client, request, service).http(
      {
        status: abort.httpStatus ?? 503,
        grpcStatus: abort.grpcStatus ?? undefined,
        flags,
        latency,
        atServer: false,
      },
      NOWHERE,
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
  return forwardBy(compilation, client, request, untried(service, request));
}

/** As the service, but what fails is not tried again. */
function untried(service: ServiceModel, request: FlowRequest): HttpRule {
  return { ...serviceRule(service, request), retries: { ...DEFAULT_RETRIES, attempts: 0 } };
}
