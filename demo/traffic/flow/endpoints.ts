import { behaviourOf, type Compilation, type FlowClient } from '@/demo/traffic/flow/compilation';
import { groupBy } from '@/demo/traffic/group-by';
import type { PodModel, ServiceModel, WorkloadModel } from '@/demo/traffic/model/mesh-model';
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
  const target = service.ports.find(({ number }) => number === port)?.targetPort;
  const serverPort = typeof target === 'number' ? target : port;
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
      ? serverMode(model, endpoint.workload.namespace, endpoint.workload.labels, serverPort)
      : null,
    appServesTls: behaviourOf(compilation.application, endpoint.workload).servesTls === true,
  });
}
