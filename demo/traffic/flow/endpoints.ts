import {
  behaviourOf,
  type Compilation,
  type FlowClient,
  type FlowRequest,
} from '@/demo/traffic/flow/compilation';
import { groupBy } from '@/demo/traffic/group-by';
import type { PodModel, ServiceModel, WorkloadModel } from '@/demo/traffic/model/mesh-model';
import type { RouteTarget } from '@/demo/traffic/routing/route-table';
import { namespaceMode, serverMode } from '@/demo/traffic/security/peer-authentication';
import {
  connectionOutcome,
  type ClientTlsMode,
  type ConnectionOutcome,
} from '@/demo/traffic/security/tls-outcome';

/** Pods of one workload that are alike in having a proxy. */
export interface Endpoint {
  readonly workload: WorkloadModel;
  readonly hasProxy: boolean;
  readonly pods: readonly PodModel[];
}

/** Pods grouped by workload and proxy. */
export function groupsOf(pods: readonly PodModel[]): Endpoint[] {
  const groups = groupBy(
    pods,
    (pod) => `${pod.workload.key}/${pod.workload.canonicalRevision}/${String(pod.hasProxy)}`,
  );
  return [...groups.values()].flatMap((members) => {
    const first = members[0];
    return first === undefined
      ? []
      : [{ workload: first.workload, hasProxy: first.hasProxy, pods: members }];
  });
}

/** Where a weighted destination leads for this client: the service, if its proxy has a cluster for it, and the port. */
export function destinationOf(
  compilation: Compilation,
  client: FlowClient,
  request: FlowRequest,
  target: RouteTarget,
  passthrough: boolean,
): { readonly service: ServiceModel | undefined; readonly port: number } {
  const service = compilation.model.services.get(target.host);
  const onlyPort = service?.ports.length === 1 ? service.ports[0]?.number : undefined;
  const port = target.port ?? onlyPort ?? request.port;
  const isKnown =
    service !== undefined && (passthrough || compilation.scopes.of(client).knows(service, port));
  return { service: isKnown ? service : undefined, port };
}

/** The port that the pods listen on for a port of the service, which is the one that policies of the server mean. */
export function workloadPort(service: ServiceModel, port: number): number {
  const target = service.ports.find(({ number }) => number === port)?.targetPort;
  return typeof target === 'number' ? target : port;
}

/** Whether and how a client can talk to an endpoint, from both sides' configuration. */
export function connectionTo(
  compilation: Compilation,
  client: FlowClient,
  service: ServiceModel,
  port: number,
  clientTls: ClientTlsMode,
  endpoint: Endpoint,
): ConnectionOutcome {
  const { model } = compilation;
  const serverPort = workloadPort(service, port);
  const excluded =
    endpoint.pods[0]?.annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '';
  const hasProxy = endpoint.hasProxy && !excluded.split(',').includes(String(serverPort));
  const isAutoOn =
    model.settings.enableAutoMtls &&
    !service.external &&
    namespaceMode(model, service.namespace) !== 'DISABLE';
  return connectionOutcome({
    client: client.kind === 'bare' ? null : clientTls,
    autoMtls: isAutoOn,
    server: hasProxy
      ? serverMode(
          compilation.at(endpoint.workload.place).model,
          endpoint.workload.namespace,
          endpoint.workload.labels,
          serverPort,
        )
      : null,
    appServesTls: behaviourOf(compilation.application, endpoint.workload).servesTls === true,
  });
}
