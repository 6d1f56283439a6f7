import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import type { HttpForward, HttpReport } from '@/demo/traffic/flow/flow-plan';
import {
  NOWHERE,
  ReportFactory,
  serviceLabels,
  type HttpEnd,
} from '@/demo/traffic/flow/report-factory';
import { latencyOf } from '@/demo/traffic/latency';
import type { ServiceModel } from '@/demo/traffic/model/mesh-model';

/** A host that is in no registry: passed through, or refused where only the registry is allowed. */
export function unknownHostForward(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
): HttpForward {
  const { registryOnly: isBlocked } = compilation.scopes.of(client);
  const external = compilation.application.externals.get(request.host);
  const name = isBlocked ? 'BlackHoleCluster' : 'PassthroughCluster';
  const { trustDomain } = compilation.model.settings;
  const labels = { host: request.host, name };
  const reports = new ReportFactory(client, request, labels, trustDomain, false);
  const end: HttpEnd = isBlocked
    ? { status: 502, flags: '-', latency: latencyOf(0.3), atServer: false }
    : { status: 200, flags: '-', latency: latencyOf(external?.serviceMs ?? 60), atServer: false };
  return onlyAnswer(reports.http(end, NOWHERE));
}

/** No route: 404. */
export function notFound(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
): HttpForward {
  return answered(compilation, client, request, 404, 'NR');
}

/** An answer of the client's proxy itself; `service` is the one it would have gone to, where the proxy knows it. */
export function answered(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  status: number,
  flags: string,
  service?: ServiceModel,
): HttpForward {
  const end = { status, flags, latency: latencyOf(0.3), atServer: false };
  return onlyAnswer(answerReports(compilation, client, request, service).http(end, NOWHERE));
}

/** Reports of a proxy's own answers. Where it has not picked a cluster, the metrics fall back to the Host header. */
export function answerReports(
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
